using MlHub.Testing.Durability;

namespace MlHub.Web.Tests.Operations;

/// <summary><c>backup</c> and <c>restore</c> as operators run them.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly BackedUpHub _hub = new();

    public void Dispose() => _hub.Dispose();

    [Fact]
    public async Task A_backup_under_load_holds_all_that_was_acknowledged_before_it_and_nothing_torn()
    {
        using var hub = _hub.Start();
        var address = await hub.ListeningAsync();
        var workload = await Workload.CreateAsync(address);
        var writers = new Writers(workload);
        var writing = writers.WriteAsync(address);
        List<(string Backup, HashSet<SentCall> Before)> backups = [];
        foreach (var backup in (string[])["one", "two.zip", "three"])
        {
            var more = writers.History.Acknowledged + 100;
            await Eventually.TrueAsync(() => writers.History.Acknowledged > more);
            backups.Add((backup, [.. writers.History.Sent.Where(c => c.Acknowledged)]));
            var made = await _hub.BackUpAsync(backup);
            Assert.True(made.Code == 0, made.Text);
        }

        hub.Kill();
        await writing;
        foreach (var (backup, before) in backups)
        {
            var restored = await _hub.RestoreAsync(backup, $"restored-{backup}");
            Assert.True(restored.Code == 0, restored.Text);
            using var again = _hub.Start(_hub.At($"restored-{backup}"));
            await workload.RequireKeptAsync(await again.ListeningAsync(), writers.History.Sent, before.Contains);
        }
    }

    [Fact]
    public async Task A_restored_hub_has_the_same_content_and_starts()
    {
        await _hub.GivenStoppedHubAsync();

        Assert.Equal(0, (await _hub.BackUpAsync("first")).Code);
        Assert.Equal(0, (await _hub.RestoreAsync("first", "restored")).Code);
        Assert.Equal(0, (await _hub.BackUpAsync("second", _hub.At("restored"))).Code);
        var (first, second) = (_hub.ManifestOf("first"), _hub.ManifestOf("second"));

        Assert.True(first.Tables.Count > 20);
        Assert.Equal(500, first.Tables["metrics"].Rows);
        Assert.Equal(first.Tables, second.Tables);
        Assert.Equal(first.Files.Where(f => f.Name.StartsWith("artifacts/", StringComparison.Ordinal)), second.Files.Where(f => f.Name.StartsWith("artifacts/", StringComparison.Ordinal)));
        using var hub = _hub.Start(_hub.At("restored"));
        using var client = new HttpClient { BaseAddress = await hub.ListeningAsync() };
        Assert.Single((await client.CallAsync("/runs/search", new { experiment_ids = new[] { "1" } }))["runs"]!.AsArray());
        await hub.StopAsync();
        await _hub.BackUpAsync("third", _hub.At("restored"));
        // How far a listener has read may lag behind a hub that has just stopped, and goes on at the next start.
        Assert.Equal(first.Tables.Where(t => t.Key != "listener_positions"), _hub.ManifestOf("third").Tables.Where(t => t.Key != "listener_positions"));
    }

    [Fact]
    public async Task A_changed_row_changes_the_digest_of_its_table_alone()
    {
        await _hub.GivenStoppedHubAsync();
        await _hub.BackUpAsync("before");
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_hub.Data, "mlhub.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "UPDATE params SET value = '0.2'";
            await command.ExecuteNonQueryAsync();
        }

        await _hub.BackUpAsync("after");
        var (before, after) = (_hub.ManifestOf("before").Tables, _hub.ManifestOf("after").Tables);

        Assert.Equal(["params"], before.Keys.Where(t => before[t] != after[t]));
    }

    [Fact]
    public async Task Keys_are_included_only_when_asked_for_and_open_with_their_passphrase_alone()
    {
        await _hub.GivenStoppedHubAsync();
        Directory.CreateDirectory(Path.Combine(_hub.Data, "keys"));
        await File.WriteAllTextAsync(Path.Combine(_hub.Data, "keys", "key-1.xml"), "<key>a very secret key</key>");
        var (right, wrong) = (Passphrase("right"), Passphrase("wrong"));

        var without = await HubCommand.RunAsync("backup", "--include-keys", "--to", _hub.At("none"), $"--MlHub:DataDirectory={_hub.Data}");
        var plain = await _hub.BackUpAsync("plain");
        var locked = await HubCommand.RunAsync(right, "backup", "--include-keys", $"--to={_hub.At("locked")}", $"--MlHub:DataDirectory={_hub.Data}");
        var refused = await HubCommand.RunAsync(wrong, "restore", $"--from={_hub.At("locked")}", $"--MlHub:DataDirectory={_hub.At("wrong")}");
        var restored = await HubCommand.RunAsync(right, "restore", $"--from={_hub.At("locked")}", $"--MlHub:DataDirectory={_hub.At("right")}");
        var left = await _hub.RestoreAsync("locked", "left");

        Assert.Equal((1, 0, 0, 1, 0, 0), (without.Code, plain.Code, locked.Code, refused.Code, restored.Code, left.Code));
        Assert.Contains("MLHUB_BACKUP_PASSPHRASE is missing", without.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(_hub.ManifestOf("plain").Files, f => f.Name.Contains("keys", StringComparison.Ordinal));
        Assert.DoesNotContain("secret", await File.ReadAllTextAsync(Path.Combine(_hub.At("locked"), "keys.encrypted")), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_hub.At("wrong")));
        Assert.Equal("<key>a very secret key</key>", await File.ReadAllTextAsync(Path.Combine(_hub.At("right"), "keys", "key-1.xml")));
        Assert.False(Directory.Exists(Path.Combine(_hub.At("left"), "keys")));
        Assert.Contains("keys were left out", left.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_artifact_that_the_hub_had_lost_is_told_and_the_rest_saved()
    {
        await _hub.GivenStoppedHubAsync();
        var lost = Directory.EnumerateFiles(Path.Combine(_hub.Data, "artifacts"), "*", SearchOption.AllDirectories).First();
        File.Delete(lost);

        var made = await _hub.BackUpAsync("backup");

        Assert.Equal(1, made.Code);
        Assert.Contains(Path.GetFileName(lost), made.Error, StringComparison.Ordinal);
        Assert.Equal([Path.GetFileName(lost)], _hub.ManifestOf("backup").Missing);
        Assert.Equal(0, (await _hub.RestoreAsync("backup", "restored")).Code);
    }

    private static Dictionary<string, string> Passphrase(string passphrase) => new() { ["MLHUB_BACKUP_PASSPHRASE"] = passphrase };
}
