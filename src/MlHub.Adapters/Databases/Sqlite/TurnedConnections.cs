using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>Connections for code that is not ours and begins transactions as it likes: each takes its turn to write like everybody, from its beginning until the connection is closed.</summary>
internal sealed class TurnedConnections(SqliteFile file, SqliteWriteLock turn) : DbDataSource
{
    public override string ConnectionString => file.ForEntities;

    protected override DbConnection CreateDbConnection() => new Turned(ConnectionString, turn);

    private sealed class Turned(string connectionString, SqliteWriteLock turn) : SqliteConnection(connectionString)
    {
        private IDisposable? _turn;

        public override void Open()
        {
            base.Open();
            SqlitePragmas.Set(this);
        }

        public override SqliteTransaction BeginTransaction(IsolationLevel isolationLevel, bool deferred)
        {
            _turn ??= turn.Enter();
            return base.BeginTransaction(isolationLevel, deferred);
        }

        public override void Close()
        {
            base.Close();
            Leave();
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            Leave();
        }

        private void Leave() => Interlocked.Exchange(ref _turn, null)?.Dispose();
    }
}
