using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.LoggedModels;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.SavedViews;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;

namespace MlHub.Adapters.Databases.SqlServer;

/// <summary>The database in SQL Server 2019 or later, or Azure SQL.</summary>
public sealed class SqlServerHubDb(DbContextOptions<SqlServerHubDb> options) : HubDb(options)
{
    /// <summary>Keys and paths differ by case, as on the other databases; SQL Server's default would take loss and Loss for one.</summary>
    private const string ExactCollation = "Latin1_General_100_BIN2";

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<Experiment>().HasIndex(e => e.Name).IsUnique().HasFilter("[is_deleted] = 0");
        builder.Entity<Experiment>().Property(e => e.Name).UseCollation(ExactCollation);
        SqlServerIndexBuilderExtensions.IncludeProperties(
            builder.Entity<RunTag>().HasIndex(t => t.RunKey).HasFilter(RunFamilies.IsParentTag).HasDatabaseName("IX_run_tags_parent"), t => t.Value);
        builder.Entity<SavedView>().Property(v => v.Name).UseCollation(ExactCollation);
        builder.Entity<Folder>().Property(f => f.Path).UseCollation(ExactCollation);
        builder.Entity<ExperimentTag>().Property(t => t.Key).UseCollation(ExactCollation);
        builder.Entity<RunTag>().Property(t => t.Key).UseCollation(ExactCollation);
        builder.Entity<Param>().Property(p => p.Key).UseCollation(ExactCollation);
        builder.Entity<MetricSeries>().Property(s => s.Key).UseCollation(ExactCollation);
        builder.Entity<RegisteredModel>().Property(m => m.Name).UseCollation(ExactCollation);
        builder.Entity<RegisteredModelTag>().Property(t => t.Key).UseCollation(ExactCollation);
        builder.Entity<ModelAlias>().Property(a => a.Alias).UseCollation(ExactCollation);
        builder.Entity<ModelVersionTag>().Property(t => t.Key).UseCollation(ExactCollation);
        builder.Entity<ModelVersionFile>().Property(f => f.Path).UseCollation(ExactCollation);
        builder.Entity<Check>().Property(c => c.Name).UseCollation(ExactCollation);
        builder.Entity<LoggedModelParam>().Property(p => p.Key).UseCollation(ExactCollation);
        builder.Entity<LoggedModelTag>().Property(t => t.Key).UseCollation(ExactCollation);
        builder.Entity<LoggedModelMetric>().Property(m => m.Key).UseCollation(ExactCollation);
        builder.Entity<LoggedModelMetric>().Property(m => m.DatasetName).UseCollation(ExactCollation);
        builder.Entity<LoggedModelFile>().Property(f => f.Path).UseCollation(ExactCollation);
        builder.Entity<ArtifactFile>().Property(f => f.Path).UseCollation(ExactCollation);
    }
}
