using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MlHub.Adapters;
using MlHub.Adapters.Databases;
using MlHub.Tracking;

namespace MlHub.Testing.Databases;

/// <summary>A test's own database, at the current schema, with the services that a hub has for it.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private const string Template = "hub_template";

    /// <summary>PostgreSQL's migrations run once; every test's database is a copy.</summary>
    private static readonly Lazy<Task<PostgresServer>> Migrated = new(() => Task.Run(MigrateTemplateAsync));

    /// <summary>A connection string of a SQL Server where databases may be made and dropped; without one nothing runs on SQL Server.</summary>
    public static string? SqlServer { get; } = Environment.GetEnvironmentVariable("MLHUB_TEST_SQLSERVER") is { Length: > 0 } server ? server : null;

    private readonly List<IHostedService> _hosted;
    private readonly Func<Task> _remove;

    private TestDatabase(ServiceProvider services, string connectionString, Func<Task> remove)
    {
        (Services, ConnectionString, _remove) = (services, connectionString, remove);
        _hosted = [.. services.GetServices<IHostedService>()];
    }

    public ServiceProvider Services { get; }
    public string ConnectionString { get; }
    public HubDbFactory Hub => Services.GetRequiredService<HubDbFactory>();
    public IRunLogStore Logs => Services.GetRequiredService<IRunLogStore>();

    /// <summary>An empty hub. <paramref name="configure"/> may put services in before the product's own.</summary>
    public static async Task<TestDatabase> CreateAsync(DatabaseProvider provider, Action<IServiceCollection>? configure = null)
    {
        var (connectionString, remove) = await NewAsync(provider);
        var database = Build(provider, connectionString, remove, configure);
        await database.StartAsync();
        return database;
    }

    /// <summary>Where a database of that kind is made, or is already, and what removes it.</summary>
    public static async Task<(string ConnectionString, Func<Task> Remove)> NewAsync(DatabaseProvider provider) => provider switch
    {
        DatabaseProvider.Sqlite => NewFile(),
        DatabaseProvider.PostgreSql => await NewPostgresAsync(),
        DatabaseProvider.SqlServer when SqlServer is { } server => NewSqlServer(server),
        _ => throw new NotSupportedException($"{provider} cannot run in tests."),
    };

    /// <summary>Ends the hub in order, as a host does.</summary>
    public async Task StopAsync()
    {
        foreach (var service in Enumerable.Reverse(_hosted))
        {
            await service.StopAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Services.DisposeAsync();
        await _remove();
    }

    private static TestDatabase Build(DatabaseProvider provider, string connectionString, Func<Task> remove, Action<IServiceCollection>? configure)
    {
        var services = new ServiceCollection();
        configure?.Invoke(services);
        services.AddLogging();
        services.AddMlHubDatabase(provider, connectionString);
        return new TestDatabase(services.BuildServiceProvider(validateScopes: true), connectionString, remove);
    }

    private async Task StartAsync()
    {
        foreach (var service in _hosted)
        {
            await service.StartAsync(CancellationToken.None);
        }
    }

    private static (string ConnectionString, Func<Task> Remove) NewFile()
    {
        var folder = Directory.CreateTempSubdirectory("mlhub-sqlite-").FullName;
        return ($"Data Source={Path.Combine(folder, "hub.db")}", () =>
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
            return Task.CompletedTask;
        }
        );
    }

    /// <summary>The migrations make the database itself.</summary>
    private static (string ConnectionString, Func<Task> Remove) NewSqlServer(string server)
    {
        var name = "hub_" + Guid.NewGuid().ToString("N");
        return (new SqlConnectionStringBuilder(server) { InitialCatalog = name }.ConnectionString, () => DropAsync(server, name));
    }

    private static async Task DropAsync(string server, string name)
    {
        SqlConnection.ClearAllPools();
        await using var connection = new SqlConnection(new SqlConnectionStringBuilder(server) { InitialCatalog = "master" }.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"ALTER DATABASE {name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE; DROP DATABASE {name};";
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<(string ConnectionString, Func<Task> Remove)> NewPostgresAsync()
    {
        var server = await Migrated.Value;
        var name = "hub_" + Guid.NewGuid().ToString("N");
        await server.ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {Template}");
        return (server.ConnectionString(name), () => server.ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)"));
    }

    private static async Task<PostgresServer> MigrateTemplateAsync()
    {
        var server = PostgresServer.Shared;
        await server.ExecuteAsync($"CREATE DATABASE {Template}");
        await using var template = Build(DatabaseProvider.PostgreSql, server.ConnectionString(Template), () => Task.CompletedTask, configure: null);
        await template.StartAsync();
        return server;
    }
}
