using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using MlHub.Testing.Databases;

namespace MlHub.Web.Tests.Operations;

/// <summary>Each harm that is done to a hub is named by <c>doctor</c>, and by nothing else.</summary>
public sealed class DoctorTests : IDisposable
{
    private readonly BackedUpHub _hub = new();

    private string Database => Path.Combine(_hub.Data, "mlhub.db");

    public void Dispose() => _hub.Dispose();

    [Fact]
    public async Task A_sound_hub_is_sound_and_a_restored_one_has_the_same_digest()
    {
        await _hub.GivenStoppedHubAsync();
        using var running = _hub.Start();
        await running.ListeningAsync();

        var table = await HubCommand.RunAsync("doctor", "--digests", $"--MlHub:DataDirectory={_hub.Data}");
        var here = await DoctorAsync(_hub.Data);
        await _hub.BackUpAsync("backup");
        await _hub.RestoreAsync("backup", "restored");
        var there = await DoctorAsync(_hub.At("restored"));

        Assert.True(table.Code == 0, table.Text);
        Assert.Contains("ok       artifacts       2 have their bytes and digests; 0 files (0 MiB) belong to nothing", table.Output, StringComparison.Ordinal);
        Assert.Empty(here.Errors);
        Assert.Empty(there.Errors);
        Assert.Equal(64, here.Digest!.Length);
        Assert.Equal(here.Digest, there.Digest);
    }

    [Fact]
    public async Task Every_harm_is_named()
    {
        await _hub.GivenStoppedHubAsync();
        var files = Directory.EnumerateFiles(Path.Combine(_hub.Data, "artifacts"), "*", SearchOption.AllDirectories).Order().ToList();

        await ChangeAsync("DROP INDEX IX_runs_run_id");
        Assert.Equal(["indexes"], (await DoctorAsync(_hub.Data)).Errors);
        await ChangeAsync("DROP TRIGGER events_no_update");
        Assert.Equal(["indexes", "triggers"], (await DoctorAsync(_hub.Data)).Errors);
        await ChangeAsync("UPDATE events SET actor = 'mallory' WHERE id = (SELECT min(event_id) FROM event_links)");
        Assert.Equal(["event chain", "indexes", "triggers"], (await DoctorAsync(_hub.Data)).Errors);
        await ChangeAsync("PRAGMA foreign_keys = OFF; INSERT INTO params (run_key, param_key, value) VALUES (999999, 'x', 'y')");
        Assert.Equal(["event chain", "foreign keys", "indexes", "triggers"], (await DoctorAsync(_hub.Data)).Errors);

        File.Delete(files[0]);
        await File.WriteAllBytesAsync(files[1], [1, 2, 3]);
        var harmed = await HubCommand.RunAsync("doctor", $"--MlHub:DataDirectory={_hub.Data}");
        Assert.Equal(1, harmed.Code);
        Assert.Contains("2 of 2 are not what was stored", harmed.Output, StringComparison.Ordinal);
        Assert.Contains($"{Path.GetFileName(files[0])} is missing", harmed.Output, StringComparison.Ordinal);
        Assert.Contains($"{Path.GetFileName(files[1])} has 3 bytes instead of", harmed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_page_is_named_and_the_hub_neither_crashes_nor_hangs()
    {
        await _hub.GivenStoppedHubAsync();
        var page = int.Parse(await OlderDatabase.AskAsync(Database, "SELECT rootpage FROM sqlite_master WHERE name = 'metrics'"), System.Globalization.CultureInfo.InvariantCulture);
        await using (var file = File.OpenWrite(Database))
        {
            file.Position = (page - 1) * 4096L;
            file.Write(new byte[4096]);
        }

        var doctor = await DoctorAsync(_hub.Data);
        using var hub = _hub.Start();
        using var client = new HttpClient { BaseAddress = await hub.ListeningAsync() };
        var run = (string?)(await client.CallAsync("/runs/search", new { experiment_ids = new[] { "1" } }))["runs"]![0]!["info"]!["run_id"];
        var read = await client.GotAsync($"/metrics/get-history?run_id={run}&metric_key=loss");

        Assert.Contains("integrity", doctor.Errors);
        Assert.Equal((503, "TEMPORARILY_UNAVAILABLE"), (read.Status, read.Code));
        Assert.Equal(200, (await client.GetAsync("/health/live")).IsSuccessStatusCode ? 200 : 0);
        Assert.Equal(200, (await client.GotAsync("/experiments/get?experiment_id=0")).Status);
    }

    private async Task ChangeAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<(List<string> Errors, string? Digest)> DoctorAsync(string data)
    {
        var result = await HubCommand.RunAsync("doctor", "--json", $"--MlHub:DataDirectory={data}");
        var json = JsonNode.Parse(result.Output)!;
        var errors = json["findings"]!.AsArray().Where(f => (string?)f!["state"] == "Error").Select(f => (string)f!["check"]!).Order().ToList();
        Assert.Equal(errors.Count == 0 ? 0 : 1, result.Code);
        return (errors, (string?)json["digest"]);
    }
}
