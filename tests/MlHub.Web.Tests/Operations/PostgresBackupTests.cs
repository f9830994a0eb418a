using MlHub.Testing.Databases;

namespace MlHub.Web.Tests.Operations;

/// <summary><c>backup</c> and <c>restore</c> with the rows in PostgreSQL.</summary>
public sealed class PostgresBackupTests : IDisposable
{
    private readonly BackedUpHub _hub = new();

    public void Dispose() => _hub.Dispose();

    [Fact]
    public async Task A_restored_hub_has_the_same_content_and_a_filled_database_is_refused()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/pg_dump"), "PostgreSQL's client programs are not on the PATH.");
        var (from, to) = (await GivenDatabaseAsync(), await GivenDatabaseAsync());
        using (var hub = HubProcess.Start(_hub.Data, null, [.. Settings(from), "MlHub:Access:Mode=Open"]))
        {
            using var client = new HttpClient { BaseAddress = await hub.ListeningAsync() };
            var experiment = await client.GivenExperimentAsync();
            var run = await client.GivenRunAsync(experiment);
            await client.CallAsync("/runs/log-metric", new { run_id = run, key = "loss", value = 0.25, timestamp = 1, step = 1 });
            await client.UploadAsync(experiment, run, "weights.bin", new byte[100_000]);
            await hub.StopAsync();
        }

        var made = await RunAsync("backup", "--to", "first", "data", from);
        var full = await RunAsync("restore", "--from", "first", "restored", from);
        var back = await RunAsync("restore", "--from", "first", "restored", to);
        var again = await RunAsync("backup", "--to", "second", "restored", to);

        Assert.True((made.Code, full.Code, back.Code, again.Code) == (0, 1, 0, 0), made.Text + full.Text + back.Text + again.Text);
        Assert.Contains("is not empty", full.Error, StringComparison.Ordinal);
        Assert.Equal(1, _hub.ManifestOf("first").Tables["metrics"].Rows);
        Assert.Equal(_hub.ManifestOf("first").Tables, _hub.ManifestOf("second").Tables);
        using var restored = HubProcess.Start(_hub.At("restored"), null, [.. Settings(to), "MlHub:Access:Mode=Open"]);
        await restored.ListeningAsync();
    }

    private static async Task<string> GivenDatabaseAsync()
    {
        var name = "ops_" + Guid.NewGuid().ToString("N");
        await PostgresServer.Shared.ExecuteAsync($"CREATE DATABASE {name}");
        return PostgresServer.Shared.ConnectionString(name);
    }

    private static string[] Settings(string connection) => ["MlHub:Database:Provider=PostgreSql", $"ConnectionStrings:MlHub={connection}"];

    private Task<CommandResult> RunAsync(string command, string option, string backup, string data, string connection) =>
        HubCommand.RunAsync([command, option, _hub.At(backup), $"--MlHub:DataDirectory={_hub.At(data)}", .. Settings(connection).Select(s => $"--{s}")]);
}
