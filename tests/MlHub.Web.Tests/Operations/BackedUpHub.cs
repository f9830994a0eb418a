using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using MlHub.Adapters.Databases;
using MlHub.Adapters.Databases.Sqlite;
using MlHub.Adapters.Operations;
using MlHub.Operations;

namespace MlHub.Web.Tests.Operations;

/// <summary>Folders of one test: a hub's data, its backups, and where they are restored.</summary>
public sealed class BackedUpHub : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("mlhub-backup-").FullName;

    public string Data => At("data");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_root, recursive: true);
    }

    public string At(string name) => Path.Combine(_root, name);

    public HubProcess Start(string? data = null) => HubProcess.Start(data ?? Data, null, "MlHub:Access:Mode=Open", "Logging:LogLevel:Default=Warning");

    public Task<CommandResult> BackUpAsync(string to, string? data = null) => HubCommand.RunAsync("backup", "--to", At(to), $"--MlHub:DataDirectory={data ?? Data}");

    public Task<CommandResult> RestoreAsync(string from, string to) => HubCommand.RunAsync("restore", "--from", At(from), $"--MlHub:DataDirectory={At(to)}");

    /// <summary>The same without starting the program, for the many cases.</summary>
    public async Task RestoreInProcessAsync(string from, string to)
    {
        var target = At(to);
        using var turn = new SqliteWriteLock();
        await using var db = new SqliteHubDb(new DbContextOptionsBuilder<SqliteHubDb>().UseSqlite("Data Source=:memory:").Options, turn);
        var options = new BackupOptions(target, DatabaseProvider.Sqlite, ArtifactsOnDisk: true, "1.0.0", Passphrase: null);
        await new Restore(new SqliteBackup(new($"Data Source={Path.Combine(target, "mlhub.db")}")), options, [.. db.Database.GetMigrations()], new Progress<string>()).RunAsync(At(from), default);
    }

    /// <summary>A hub that ran, logged and stopped in order.</summary>
    public async Task GivenStoppedHubAsync()
    {
        using var hub = Start();
        using var client = new HttpClient { BaseAddress = await hub.ListeningAsync() };
        var experiment = await client.GivenExperimentAsync();
        var run = await client.GivenRunAsync(experiment);
        await client.CallAsync("/runs/log-batch", new { run_id = run, metrics = Enumerable.Range(0, 500).Select(i => new { key = "loss", value = 1.0 / (i + 1), timestamp = i, step = i }), @params = new[] { new { key = "lr", value = "0.1" } } });
        await client.UploadAsync(experiment, run, "model/weights.bin", new byte[300_000]);
        await client.UploadAsync(experiment, run, "notes.txt", "two words"u8.ToArray());
        Assert.Equal(0, await hub.StopAsync());
    }

    public BackupManifest ManifestOf(string backup) =>
        JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(At(backup), BackupManifest.FileName)), BackupJson.Default.BackupManifest)!;

    public void WriteManifest(string backup, BackupManifest manifest) =>
        File.WriteAllBytes(Path.Combine(At(backup), BackupManifest.FileName), JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest));
}
