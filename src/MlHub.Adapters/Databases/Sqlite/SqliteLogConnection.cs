using Microsoft.Data.Sqlite;
using MlHub.Adapters.Databases.RunLogs;
using SQLitePCL;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>The writer's connection: commits groups of calls, one transaction for all of them.</summary>
internal sealed class SqliteLogConnection : IDisposable
{
    /// <summary>Milliseconds for which a group waits where another program holds the database.</summary>
    private const int WaitForOthers = 4000;

    private readonly SqliteConnection _connection;
    private readonly SqliteStatement _begin, _commit, _rollback;
    private readonly SqliteLogStatements _statements;

    public SqliteLogConnection(SqliteFile file, TimeProvider clock)
    {
        _connection = new SqliteConnection(file.ForWriter);
        _connection.Open();
        SqlitePragmas.Set(_connection);
        raw.sqlite3_busy_timeout(_connection.Handle, WaitForOthers);
        (_begin, _commit, _rollback) = (new(_connection, "BEGIN IMMEDIATE"), new(_connection, "COMMIT"), new(_connection, "ROLLBACK"));
        _statements = new SqliteLogStatements(_connection, clock);
        Checkpoints = new SqliteCheckpoints(_connection, file.WriteAheadLog, clock);
    }

    public SqliteCheckpoints Checkpoints { get; }

    /// <summary>Settles each call. If the database fails, each call is tried again alone, so that only those fail that must.</summary>
    /// <returns>What failed first, if anything did.</returns>
    public Exception? Commit(IReadOnlyList<SqliteLogCall> calls)
    {
        try
        {
            // A rollback that failed before would make every later BEGIN fail.
            RollBack();
            _begin.Run();
            foreach (var call in calls)
            {
                Apply(call);
            }

            _commit.Run();
            return null;
        }
        catch (Exception failure)
        {
            GiveUp(calls, failure);
            return failure;
        }
    }

    private void Apply(SqliteLogCall call)
    {
        try
        {
            call.Settle(_statements.Apply(call.Caller, call.RunId, call.Log));
        }
        catch (HubException refusal)
        {
            // All refusals come before the first write, so the others of the group are not touched.
            call.Settle(refusal);
        }
    }

    private void GiveUp(IReadOnlyList<SqliteLogCall> calls, Exception failure)
    {
        TryRollBack();
        foreach (var call in calls)
        {
            // What the next call would meet as well is not tried for each: it may take seconds, and a failed flush must not be repeated.
            if (calls.Count == 1 || SqliteFailure.IsOfDatabase(failure))
            {
                call.Settle(SqliteFailure.Explain(failure));
            }
            else
            {
                Commit([call]);
            }
        }
    }

    private void TryRollBack()
    {
        try
        {
            RollBack();
        }
        catch (SqliteException)
        {
            // The next commit tries again, and fails for as long as this does.
        }
    }

    private void RollBack()
    {
        // SQLite has already rolled back by itself after some failures.
        if (raw.sqlite3_get_autocommit(_connection.Handle) == 0)
        {
            _rollback.Run();
        }
    }

    public void Dispose()
    {
        _statements.Dispose();
        _begin.Dispose();
        _commit.Dispose();
        _rollback.Dispose();
        _connection.Dispose();
    }
}
