using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace MlHub.Adapters.Databases;

/// <summary>
/// Brings a database server to this build's schema before anything else starts; refuses one that a newer build has changed.
/// SQLite has <see cref="Sqlite.SqliteUpgrade"/>.
/// </summary>
public sealed class DatabaseUpgrade(HubDbFactory hub) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = hub.Open();
        if (await db.Database.CanConnectAsync(cancellationToken))
        {
            var applied = (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
            RefuseNewer(db, applied);
            if (!db.Database.GetMigrations().Except(applied).Any())
            {
                return;
            }
        }

        await db.Database.MigrateAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <exception cref="IOException">In one sentence: there is a migration that this build does not know.</exception>
    public static void RefuseNewer(HubDb db, IEnumerable<string> applied)
    {
        if (applied.Except(db.Database.GetMigrations()).FirstOrDefault() is { } unknown)
        {
            throw new IOException(
                $"The database was upgraded by a newer MlHub (migration {unknown}): start that version, or restore a backup made before the upgrade.");
        }
    }
}
