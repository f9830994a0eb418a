using Microsoft.Data.SqlClient;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Adapters.Databases.Sqlite;
using Npgsql;
using Quartz;

namespace MlHub.Adapters.Databases;

/// <summary>Quartz on the hub's own database; on a server all hubs of it are one cluster, in which a schedule fires once.</summary>
internal static class QuartzStore
{
    private static readonly TimeSpan CheckIn = TimeSpan.FromSeconds(10);

    public static IServiceCollection AddQuartzStore(this IServiceCollection services, DatabaseProvider provider, string connectionString) => services.AddQuartz(quartz =>
    {
        quartz.ConfigureScheduler(o => (o.InstanceName, o.GenerateInstanceId) = ("mlhub", true));
        quartz.UseDefaultThreadPool(2);
        quartz.UsePersistentStore(store =>
        {
            switch (provider)
            {
                case DatabaseProvider.Sqlite:
                    store.UseSqlite(o => o.DataSourceFactory = s => new TurnedConnections(s.GetRequiredService<SqliteFile>(), s.GetRequiredService<SqliteWriteLock>()));
                    break;
                case DatabaseProvider.PostgreSql:
                    store.UsePostgres(o => o.DataSourceFactory = s => s.GetRequiredService<NpgsqlDataSource>());
                    break;
                default:
                    store.UseSqlServer(SqlClientFactory.Instance, connectionString);
                    break;
            }

            if (provider != DatabaseProvider.Sqlite)
            {
                store.UseClustering(o => o.CheckinInterval = CheckIn);
            }
        });
    });
}
