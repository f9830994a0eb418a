using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MlHub.Adapters.Databases;
using MlHub.Adapters.Databases.Postgres;
using MlHub.Adapters.Databases.Sqlite;
using MlHub.Adapters.Databases.SqlServer;
using MlHub.Testing.Databases;

namespace MlHub.Core.Tests.Tracking;

public sealed class RunLogSchemaTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task No_change_of_the_model_lacks_its_migration()
    {
        using var turn = new SqliteWriteLock();
        HubDb[] databases =
        [
            new SqliteHubDb(new DbContextOptionsBuilder<SqliteHubDb>().UseSqlite("Data Source=none").Options, turn),
            new PostgresHubDb(new DbContextOptionsBuilder<PostgresHubDb>().UseNpgsql("Host=none").Options),
            new SqlServerHubDb(new DbContextOptionsBuilder<SqlServerHubDb>().UseSqlServer("Server=none").Options),
        ];

        foreach (var db in databases)
        {
            await using (db)
            {
                Assert.False(db.Database.HasPendingModelChanges(), $"{db.GetType().Name} needs a migration.");
            }
        }
    }

    [Fact]
    public async Task The_script_for_Sql_Server_makes_the_tables_of_the_run_log()
    {
        await using var db = new SqlServerHubDb(new DbContextOptionsBuilder<SqlServerHubDb>().UseSqlServer("Server=none").Options);

        var script = db.GetService<IMigrator>().GenerateScript();

        Assert.Contains("CREATE TABLE metrics (", script, StringComparison.Ordinal);
        Assert.Contains("PRIMARY KEY CLUSTERED (series_id, step, ts, value, kind)", script, StringComparison.Ordinal);
        Assert.Contains("[run_id] varchar(64) NOT NULL", script, StringComparison.Ordinal);
        Assert.Contains("CREATE UNIQUE INDEX [IX_metric_series_run_key_metric_key] ON [metric_series] ([run_key], [metric_key])", script, StringComparison.Ordinal);
        Assert.Contains("SET IDENTITY_INSERT experiments ON", script, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task A_database_that_a_newer_build_changed_is_refused(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.Hub.WriteAsync(
            db => db.Database.ExecuteSqlRawAsync("INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101000000_FromTheFuture', '99.0.0')", None), None);

        var refusal = await Assert.ThrowsAsync<IOException>(() => database.Services.GetServices<IHostedService>().First().StartAsync(None));

        Assert.Contains("29990101000000_FromTheFuture", refusal.Message, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Every_hub_starts_with_MLflows_default_experiment(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);

        await using var db = database.Hub.Open();
        var experiment = await db.Experiments.SingleAsync(None);

        Assert.Equal((0L, "Default", false), (experiment.Id, experiment.Name, experiment.IsDeleted));
        Assert.InRange(experiment.CreatedAt, DateTimeOffset.UtcNow.AddMinutes(-10), DateTimeOffset.UtcNow);
    }
}
