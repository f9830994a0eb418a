using Microsoft.Data.Sqlite;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>Where the database is, and how it is opened for each purpose.</summary>
public sealed class SqliteFile
{
    /// <summary>The driver tries a held database again for so long.</summary>
    private const int SecondsToWait = 3;

    private readonly string _connectionString;

    public SqliteFile(string connectionString)
    {
        _connectionString = connectionString;
        var path = new SqliteConnectionStringBuilder(connectionString).DataSource;
        if (path is "" or ":memory:")
        {
            throw new InvalidOperationException("MlHub keeps its SQLite database in a file: set Data Source to a path.");
        }

        Path = System.IO.Path.GetFullPath(path);
    }

    public string Path { get; }

    /// <summary>The path of SQLite's write-ahead log. It is only asked for its size: opening and closing it would drop SQLite's locks.</summary>
    public string WriteAheadLog => Path + "-wal";

    public string ForEntities => With(b => b.DefaultTimeout = SecondsToWait);

    public string ForWriter => With(b => b.Pooling = false);

    /// <summary>Of another process than the hub's, it neither writes nor checkpoints.</summary>
    public string ForBackup => With(b => (b.Mode, b.Pooling) = (SqliteOpenMode.ReadOnly, false));

    public string ForHistory => With(b => (b.Mode, b.DefaultTimeout) = (SqliteOpenMode.ReadOnly, SecondsToWait));

    /// <summary>Any file, opened to be read and closed at once after.</summary>
    public static string ReadOnly(string path) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString;

    private string With(Action<SqliteConnectionStringBuilder> change)
    {
        var builder = new SqliteConnectionStringBuilder(_connectionString);
        change(builder);
        return builder.ConnectionString;
    }
}
