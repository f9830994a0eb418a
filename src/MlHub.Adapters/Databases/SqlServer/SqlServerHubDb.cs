using Microsoft.EntityFrameworkCore;
using MlHub.Tracking;

namespace MlHub.Adapters.Databases.SqlServer;

/// <summary>The database in SQL Server 2019 or later, or Azure SQL.</summary>
public sealed class SqlServerHubDb(DbContextOptions<SqlServerHubDb> options) : HubDb(options)
{
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<Experiment>().HasIndex(e => e.Name).IsUnique().HasFilter("[is_deleted] = 0");
    }
}
