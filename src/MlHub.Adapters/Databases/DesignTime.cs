using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using MlHub.Adapters.Databases.Postgres;
using MlHub.Adapters.Databases.Sqlite;
using MlHub.Adapters.Databases.SqlServer;

namespace MlHub.Adapters.Databases;

/// <summary>Lets <c>dotnet ef migrations add</c> make each provider's context without a running hub.</summary>
internal sealed class DesignTime
    : IDesignTimeDbContextFactory<SqliteHubDb>, IDesignTimeDbContextFactory<PostgresHubDb>, IDesignTimeDbContextFactory<SqlServerHubDb>
{
    SqliteHubDb IDesignTimeDbContextFactory<SqliteHubDb>.CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteHubDb>().UseSqlite("Data Source=:memory:").Options, new SqliteWriteLock());

    PostgresHubDb IDesignTimeDbContextFactory<PostgresHubDb>.CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresHubDb>().UseNpgsql("Host=localhost").Options);

    SqlServerHubDb IDesignTimeDbContextFactory<SqlServerHubDb>.CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqlServerHubDb>().UseSqlServer("Server=localhost").Options);
}
