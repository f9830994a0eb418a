using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using MlHub.Tracking;
using MlHub.Tracking.Search;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>The database in one file. All writers of the process take turns (see <see cref="SqliteWriteLock"/>).</summary>
public sealed class SqliteHubDb(DbContextOptions<SqliteHubDb> options, SqliteWriteLock turn) : HubDb(options)
{
    /// <summary>The driver takes two calls with locks and handles for each value.</summary>
    public override async Task<SqlRows> AskAsync(string sql, IReadOnlyList<object?> parameters, CancellationToken cancel) =>
        new SqliteRows((SqliteConnection)await OpenedAsync(cancel), sql, parameters);

    public override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        if (Database.CurrentTransaction is not null)
        {
            return base.SaveChanges(acceptAllChangesOnSuccess);
        }

        using (turn.Enter())
        {
            return base.SaveChanges(acceptAllChangesOnSuccess);
        }
    }

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (Database.CurrentTransaction is not null)
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }

        using (await turn.EnterAsync(cancellationToken))
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<Experiment>().HasIndex(e => e.Name).IsUnique().HasFilter("is_deleted = 0");
        builder.Entity<RunTag>().HasIndex(t => new { t.Value, t.RunKey }).HasFilter(RunFamilies.IsParentTag).HasDatabaseName("IX_run_tags_parent");
    }
}
