using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace MlHub.Adapters.Databases;

/// <summary>Brings the database to this build's schema before anything else starts; refuses one that a newer build has changed.</summary>
public sealed class DatabaseUpgrade(HubDbFactory hub) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = hub.Open();
        if (db.Database.IsSqlite())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(db.Database.GetDbConnection().DataSource))!);
        }

        await RefuseNewerAsync(db, cancellationToken);
        if (db.Database.IsSqlite())
        {
            await PrepareSqliteAsync(db, cancellationToken);
        }

        await db.Database.MigrateAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task RefuseNewerAsync(HubDb db, CancellationToken cancel)
    {
        var applied = await db.Database.CanConnectAsync(cancel) ? await db.Database.GetAppliedMigrationsAsync(cancel) : [];
        if (applied.Except(db.Database.GetMigrations()).FirstOrDefault() is { } unknown)
        {
            throw new InvalidOperationException(
                $"The database was upgraded by a newer MlHub (migration {unknown}): start that version, or restore a backup made before the upgrade.");
        }
    }

    private static async Task PrepareSqliteAsync(HubDb db, CancellationToken cancel)
    {
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancel);

        // EF Core's own migration lock outlives a crash and would make every later start wait for ever. This process is the only one.
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancel);
    }
}
