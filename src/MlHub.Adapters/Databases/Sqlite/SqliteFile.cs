using Microsoft.Data.Sqlite;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>Where the database is, and how it is opened for each purpose.</summary>
public sealed class SqliteFile
{
    private readonly string _connectionString;

    public SqliteFile(string connectionString)
    {
        _connectionString = connectionString;
        var path = new SqliteConnectionStringBuilder(connectionString).DataSource;
        if (path is "" or ":memory:")
        {
            throw new InvalidOperationException("MlHub keeps its SQLite database in a file: set Data Source to a path.");
        }

        WriteAheadLog = Path.GetFullPath(path) + "-wal";
    }

    /// <summary>The path of SQLite's write-ahead log. It is only asked for its size: opening and closing it would drop SQLite's locks.</summary>
    public string WriteAheadLog { get; }

    public string ForEntities => _connectionString;

    public string ForWriter => With(b => b.Pooling = false);

    public string ForHistory => With(b => b.Mode = SqliteOpenMode.ReadOnly);

    private string With(Action<SqliteConnectionStringBuilder> change)
    {
        var builder = new SqliteConnectionStringBuilder(_connectionString);
        change(builder);
        return builder.ConnectionString;
    }
}
