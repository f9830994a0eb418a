using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace MlHub.Core.Tests.Tracking.Search;

/// <summary>A statement as a database would get it.</summary>
internal sealed record SentStatement(string Sql, IReadOnlyList<DbParameter> Parameters);

/// <summary>Stands for a database that cannot run here: it writes down what it is asked and answers with no rows.</summary>
internal sealed class RecordingConnection(Func<DbParameter> parameter) : DbConnection
{
    public List<SentStatement> Sent { get; } = [];

    [AllowNull]
    public override string ConnectionString { get; set; } = "Server=none";
    public override string Database => "none";
    public override string DataSource => "none";
    public override string ServerVersion => "0";
    public override ConnectionState State => ConnectionState.Open;

    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

    public override void Close()
    {
    }

    public override void Open()
    {
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException();

    protected override DbCommand CreateDbCommand() => new Recording(this, parameter);

    private sealed class Recording(RecordingConnection connection, Func<DbParameter> parameter) : DbCommand
    {
        // Only a collection of parameters is wanted of it.
        private readonly DbCommand _collection = parameter() is Npgsql.NpgsqlParameter ? new Npgsql.NpgsqlCommand() : new Microsoft.Data.SqlClient.SqlCommand();

        [AllowNull]
        public override string CommandText { get; set; } = "";
        public override int CommandTimeout { get; set; }
        public override CommandType CommandType { get; set; }
        public override bool DesignTimeVisible { get; set; }
        public override UpdateRowSource UpdatedRowSource { get; set; }
        protected override DbConnection? DbConnection { get; set; } = connection;
        protected override DbTransaction? DbTransaction { get; set; }
        protected override DbParameterCollection DbParameterCollection => _collection.Parameters;

        public override void Cancel()
        {
        }

        public override int ExecuteNonQuery() => throw new NotSupportedException();

        public override object? ExecuteScalar() => throw new NotSupportedException();

        public override void Prepare()
        {
        }

        protected override DbParameter CreateDbParameter() => parameter();

        protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
        {
            connection.Sent.Add(new(CommandText, [.. _collection.Parameters.Cast<DbParameter>()]));
            return new DataTable().CreateDataReader();
        }

        protected override void Dispose(bool disposing)
        {
            _collection.Dispose();
            base.Dispose(disposing);
        }
    }
}
