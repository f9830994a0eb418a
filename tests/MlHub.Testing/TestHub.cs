using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Adapters.Databases.Postgres;
using MlHub.Adapters.Databases.Sqlite;
using MlHub.Adapters.Databases.SqlServer;
using MlHub.Testing.Databases;
using MlHub.Web.Access;

namespace MlHub.Testing;

/// <summary>
/// The real application over a data directory of its own, in memory or (after <c>UseKestrel</c>) on a real port. Its database
/// is SQLite's, or one of the kind that the environment variable <c>MLHUB_TEST_DATABASE</c> names.
/// </summary>
public class TestHub : WebApplicationFactory<Program>
{
    public const string Password = "correct horse battery";

    private readonly string _data = Directory.CreateTempSubdirectory("mlhub-test-").FullName;
    private readonly Dictionary<string, string> _settings;
    private Func<Task> _removeDatabase = () => Task.CompletedTask;

    public TestHub(params (string Key, string Value)[] settings) =>
        _settings = settings.ToDictionary(s => s.Key, s => s.Value);

    /// <summary>The kind of database that hubs have in this test run.</summary>
    public static DatabaseProvider Database { get; } =
        Environment.GetEnvironmentVariable("MLHUB_TEST_DATABASE") is { Length: > 0 } named ? Enum.Parse<DatabaseProvider>(named) : DatabaseProvider.Sqlite;

    public string DataDirectory => _data;

    /// <summary>Services that a test puts in the place of the product's.</summary>
    public Action<IServiceCollection>? Replace { get; init; }

    public HubDb Open() => Services.GetRequiredService<HubDbFactory>().Open();

    /// <summary>Makes an account.</summary>
    public async Task<Caller> GivenUserAsync(string name, bool isAdmin = false)
    {
        await using var scope = Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<People>().CreateAsync(Caller.System, name, Password, isAdmin, default)).AsCaller();
    }

    public async Task<string> GivenTokenAsync(Caller owner, Scopes scopes = Scopes.Training, TimeSpan? life = null) =>
        (await Services.GetRequiredService<AccessTokens>().CreateAsync(owner, "test", scopes, life ?? TimeSpan.FromDays(1), default)).Text;

    /// <summary>A program that signs in with a token of a new account.</summary>
    public async Task<HttpClient> ProgramOfAsync(string name, bool isAdmin = false, Scopes? scopes = null)
    {
        var owner = await GivenUserAsync(name, isAdmin);
        return Bearer(await GivenTokenAsync(owner, scopes ?? (isAdmin ? Scopes.All : Scopes.All & ~Scopes.Admin)));
    }

    public HttpClient Bearer(string token)
    {
        var client = CreateClient(new() { AllowAutoRedirect = false, BaseAddress = ClientOptions.BaseAddress });
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    public HttpClient Basic(string user, string password)
    {
        var client = CreateClient(new() { AllowAutoRedirect = false, BaseAddress = ClientOptions.BaseAddress });
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        return client;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseContentRoot(AppContext.BaseDirectory);
        builder.UseSetting("MlHub:DataDirectory", _data);
        if (Database != DatabaseProvider.Sqlite)
        {
            (var connectionString, _removeDatabase) = Task.Run(() => TestDatabase.NewAsync(Database)).GetAwaiter().GetResult();
            builder.UseSetting("MlHub:Database:Provider", Database.ToString());
            builder.UseSetting("ConnectionStrings:MlHub", connectionString);
        }

        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureLogging(l => l.SetMinimumLevel(LogLevel.Warning));
        builder.ConfigureTestServices(services => services.ConfigureDbContext<SqliteHubDb>(RefuseChance).ConfigureDbContext<PostgresHubDb>(RefuseChance).ConfigureDbContext<SqlServerHubDb>(RefuseChance));
        if (Replace is { } replace)
        {
            builder.ConfigureTestServices(replace);
        }
    }

    /// <summary>Which row is the first without an order is a matter of chance: a defect that no other test would see.</summary>
    private static void RefuseChance(DbContextOptionsBuilder options) => options.ConfigureWarnings(w => w.Throw(CoreEventId.FirstWithoutOrderByAndFilterWarning));

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && Directory.Exists(_data))
        {
            Task.Run(_removeDatabase).GetAwaiter().GetResult();
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(_data, recursive: true);
        }
    }
}
