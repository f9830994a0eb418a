using Microsoft.EntityFrameworkCore;
using MlHub.Tracking;

namespace MlHub.Adapters.Databases.Postgres;

/// <summary>The database in PostgreSQL 14 or later.</summary>
public sealed class PostgresHubDb(DbContextOptions<PostgresHubDb> options) : HubDb(options)
{
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<Experiment>().HasIndex(e => e.Name).IsUnique().HasFilter("NOT is_deleted");
        // By its hash: a value may be longer than a tree takes.
        builder.Entity<RunTag>().HasIndex(t => t.Value).HasMethod("hash").HasFilter(RunFamilies.IsParentTag).HasDatabaseName("IX_run_tags_parent");
    }
}
