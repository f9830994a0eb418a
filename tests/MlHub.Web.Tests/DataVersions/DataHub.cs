using MlHub.Access;
using MlHub.Testing.DataVersions;

namespace MlHub.Web.Tests.DataVersions;

/// <summary>A hub that may read tables below one directory, with the people of <see cref="SharedHub"/>.</summary>
public sealed class DataHub : IAsyncLifetime
{
    private readonly string _tables = Directory.CreateTempSubdirectory("mlhub-tables-").FullName;

    public TestHub Hub { get; private set; } = null!;

    public HttpClient Ann { get; private set; } = null!;

    public HttpClient Bob { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Hub = new(("MlHub:DataSources:Roots:0", _tables));
        Ann = Hub.Bearer(await Hub.GivenTokenAsync(await Hub.GivenUserAsync("ann"), Scopes.All & ~Scopes.Admin));
        Bob = await Hub.ProgramOfAsync("bob");
        await Hub.GivenUserAsync("ada", isAdmin: true);
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        Directory.Delete(_tables, recursive: true);
    }

    public GivenTable Table() => new(Path.Combine(_tables, $"t{Guid.NewGuid():N}"));

    /// <summary>A finished run that Spark saw read a version of a table.</summary>
    public async Task<string> GivenRunAsync(string experiment, string name, string path, long version)
    {
        var run = await Ann.GivenRunAsync(experiment, name);
        await Ann.CallAsync("/runs/set-tag", new { run_id = run, key = "sparkDatasourceInfo", value = $"path={path},version={version},format=delta" });
        await Ann.CallAsync("/runs/update", new { run_id = run, status = "FINISHED", end_time = 1_700_000_100_000 });
        return run;
    }

    /// <summary>The same as a dataset that the run logged.</summary>
    public Task LogDatasetAsync(string run, string name, string digest, string path, long version) => Ann.CallAsync("/runs/log-inputs", new
    {
        run_id = run,
        datasets = new[]
        {
            new
            {
                tags = new[] { new { key = "mlflow.data.context", value = "training" } },
                dataset = new { name, digest, source_type = "delta_table", source = System.Text.Json.JsonSerializer.Serialize(new { path, delta_table_version = version }), schema = """{"mlflow_colspec": [{"name": "price", "type": "double"}]}""" },
            },
        },
    });
}
