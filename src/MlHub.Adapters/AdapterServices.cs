using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MlHub.Adapters.Databases;
using MlHub.Adapters.Databases.Postgres;
using MlHub.Adapters.Databases.RunLogs;
using MlHub.Adapters.Databases.Sqlite;
using MlHub.Adapters.Databases.SqlServer;
using MlHub.Events;
using MlHub.Live;
using MlHub.Operations;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;
using Npgsql;

namespace MlHub.Adapters;

/// <summary>What the host registers to reach the outside.</summary>
public static class AdapterServices
{
    /// <summary>Statements that a connection to PostgreSQL keeps prepared, unless the connection string says otherwise.</summary>
    private const int PreparedStatements = 64;

    /// <summary>Seconds to wait for a connection to PostgreSQL, unless the connection string says otherwise: callers are to be told soon.</summary>
    private const int ConnectionPatience = 4;

    /// <summary>
    /// The database: contexts, <see cref="HubDbFactory"/>, <see cref="IRunLogStore"/>, and the upgrade at start. To be called before
    /// any other hosted service is added, since these start in order.
    /// </summary>
    public static IServiceCollection AddMlHubDatabase(this IServiceCollection services, DatabaseProvider provider, string connectionString)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<EventSignal>();
        services.TryAddSingleton<LiveFeed>();
        services.TryAddSingleton<LoggedPoints>();
        services.TryAddSingleton<RunLogNews>();
        services.TryAddSingleton<WriteStop>();
        // ASP.NET Core Identity's stores want one context per request; everything else opens its own.
        services.AddScoped(s => s.GetRequiredService<HubDbFactory>().Open());
        services.AddQuartzStore(provider, connectionString);
        return provider switch
        {
            DatabaseProvider.Sqlite => services.AddSqlite(connectionString),
            DatabaseProvider.PostgreSql => services.AddPostgreSql(connectionString),
            DatabaseProvider.SqlServer => services.AddSqlServer(connectionString),
            _ => throw new ArgumentOutOfRangeException(nameof(provider), provider, "MlHub knows Sqlite, PostgreSql and SqlServer."),
        };
    }

    private static IServiceCollection AddSqlite(this IServiceCollection services, string connectionString)
    {
        var file = new SqliteFile(connectionString);
        services.AddSingleton(file);
        services.AddHostedService<SqliteUpgrade>();
        services.AddSingleton<SqliteWriteLock>();
        services.AddSingleton<SqliteWriter>();
        services.AddHostedService(s => s.GetRequiredService<SqliteWriter>());
        services.AddDbContextFactory<SqliteHubDb>((s, options) =>
            options.UseSqlite(file.ForEntities).AddInterceptors(new SqlitePragmas(), new SqliteFlushWatch(s.GetRequiredService<WriteStop>())));
        services.AddSingleton<HubDbFactory, SqliteHubDbFactory>();
        services.AddSingleton<IDatabaseBackup, SqliteBackup>();
        return services.AddSingleton<IRunLogStore, SqliteRunLogStore>();
    }

    private static IServiceCollection AddPostgreSql(this IServiceCollection services, string connectionString)
    {
        services.AddHostedService<DatabaseUpgrade>();
        services.AddSingleton(_ =>
        {
            var builder = new NpgsqlDataSourceBuilder(connectionString);
            if (!builder.ConnectionStringBuilder.ShouldSerialize("Max Auto Prepare"))
            {
                builder.ConnectionStringBuilder.MaxAutoPrepare = PreparedStatements;
            }

            if (!builder.ConnectionStringBuilder.ShouldSerialize("Timeout"))
            {
                builder.ConnectionStringBuilder.Timeout = ConnectionPatience;
            }

            return builder.Build();
        });
        services.AddDbContextFactory<PostgresHubDb>((s, options) => options.UseNpgsql(s.GetRequiredService<NpgsqlDataSource>()));
        services.AddSingleton<HubDbFactory, PostgresHubDbFactory>();
        services.AddSingleton<IDatabaseBackup>(new PostgresBackup(connectionString));
        return services.AddSingleton<IRunLogStore, PostgresRunLogStore>();
    }

    private static IServiceCollection AddSqlServer(this IServiceCollection services, string connectionString)
    {
        services.AddHostedService<DatabaseUpgrade>();
        services.AddDbContextFactory<SqlServerHubDb>(options => options.UseSqlServer(connectionString));
        services.AddSingleton<HubDbFactory, SqlServerHubDbFactory>();
        return services.AddSingleton<IRunLogStore>(s =>
            new SqlServerRunLogStore(connectionString, s.GetRequiredService<RunLogNews>(), s.GetRequiredService<TimeProvider>()));
    }
}
