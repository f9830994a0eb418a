using Microsoft.Data.Sqlite;
using MlHub.Operations;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>
/// Copies the database by VACUUM INTO on a connection that can only read: the copy is of one moment, and writers of the running
/// hub neither wait for it nor meet a second writer or a checkpoint (see <see cref="SqliteWriteLock"/>).
/// </summary>
public sealed class SqliteBackup(SqliteFile database) : IDatabaseBackup
{
    public string FileName => "mlhub.db";

    public Task<DatabaseContent> SaveAsync(string file, CancellationToken cancel) => Task.Run(
        async () =>
        {
            SqliteCopy.Make(database, file);
            await using var copy = new SqliteConnection(SqliteFile.ReadOnly(file));
            await copy.OpenAsync(cancel);
            return await DatabaseReading.ReadAsync(copy, null, cancel);
        },
        cancel);

    public Task RequireEmptyAsync(CancellationToken cancel) =>
        File.Exists(database.Path) ? throw new IOException($"There is a database already: {database.Path}. A backup is restored into an empty place.") : Task.CompletedTask;

    public Task RestoreAsync(string file, CancellationToken cancel)
    {
        File.Move(file, database.Path);
        return Task.CompletedTask;
    }
}
