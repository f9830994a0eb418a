using Microsoft.Data.Sqlite;
using MlHub.Testing.Databases;

namespace MlHub.Web.Tests.Operations;

/// <summary>The disk of an embedded hub fills up, fails, or is held by another program.</summary>
public sealed class SqliteOutageTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("mlhub-outage-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task While_another_program_holds_the_database_writers_are_told_and_readers_go_on()
    {
        using var hub = Start();
        using var client = new HttpClient { BaseAddress = await hub.ListeningAsync() };
        var run = await client.GivenRunAsync(await client.GivenExperimentAsync());
        await using (var other = new SqliteConnection($"Data Source={Path.Combine(_data, "mlhub.db")};Pooling=False"))
        {
            await other.OpenAsync();
            await using var begin = other.CreateCommand();
            begin.CommandText = "BEGIN IMMEDIATE";
            await begin.ExecuteNonQueryAsync();

            await Task.WhenAll(
                OutageRules.RequireToldAsync(() => LogAsync(client, run, 1), 503, "TEMPORARILY_UNAVAILABLE"),
                OutageRules.RequireToldAsync(() => LogAsync(client, run, 2), 503, "TEMPORARILY_UNAVAILABLE"),
                OutageRules.RequireToldAsync(() => client.PostedAsync("/experiments/create", new { name = "x" }), 503, "TEMPORARILY_UNAVAILABLE"),
                OutageRules.RequireToldAsync(() => client.GotAsync($"/runs/get?run_id={run}"), 200, null!));
        }

        Assert.Equal(200, (await LogAsync(client, run, 3)).Status);
        Assert.Equal(200, (await client.PostedAsync("/experiments/create", new { name = "x" })).Status);
    }

    [Fact]
    public async Task A_full_disk_refuses_writers_with_507_reads_go_on_and_it_heals_when_space_is_freed()
    {
        using var disk = SmallDisk.MountOrNull(_data, megabytes: 24);
        Assert.SkipWhen(disk is null, "Mounting a small disk is not permitted here.");
        using (var hub = Start())
        {
            using var client = new HttpClient { BaseAddress = await hub.ListeningAsync() };
            var run = await client.GivenRunAsync(await client.GivenExperimentAsync());
            Assert.Equal(200, (await LogAsync(client, run, 0)).Status);
            var ballast = Path.Combine(_data, "ballast");
            await FillAsync(ballast);

            Answer full;
            var step = 1;
            while ((full = await BatchAsync(client, run, step)).Status == 200)
            {
                step++;
            }

            await OutageRules.RequireToldAsync(() => BatchAsync(client, run, step), 507, "RESOURCE_EXHAUSTED");
            var created = await client.PostedAsync("/experiments/create", new { name = "x", tags = new[] { new { key = "big", value = new string('x', 4000) } } });
            Assert.True(created.Status is 507 or 503 or 200, created.Text);
            Assert.Equal(507, full.Status);
            Assert.Equal(200, (await client.GotAsync($"/runs/get?run_id={run}")).Status);

            File.Delete(ballast);
            await Eventually.TrueAsync(async () => (await BatchAsync(client, run, step)).Status == 200);
            await hub.StopAsync();
        }

        Assert.Equal("ok", await OlderDatabase.AskAsync(Path.Combine(_data, "mlhub.db"), "PRAGMA integrity_check"));
    }

    [Theory]
    [InlineData("a metric")]
    [InlineData("an experiment")]
    public async Task After_a_failed_flush_nothing_is_written_any_more_until_a_restart(string written)
    {
        using (var hub = Start())
        {
            using var client = new HttpClient { BaseAddress = await hub.ListeningAsync() };
            var run = await client.GivenRunAsync(await client.GivenExperimentAsync());
            using (var strace = await Strace.AttachOrNullAsync(hub, "fsync,fdatasync", "error=EIO"))
            {
                Assert.SkipWhen(strace is null, "strace is not installed, or may not trace here.");
                await OutageRules.RequireToldAsync(
                    () => written == "a metric" ? LogAsync(client, run, 1) : client.PostedAsync("/experiments/create", new { name = "lost" }), 503, "TEMPORARILY_UNAVAILABLE");
            }

            await OutageRules.RequireToldAsync(() => LogAsync(client, run, 2), 503, "TEMPORARILY_UNAVAILABLE");
            await OutageRules.RequireToldAsync(() => client.PostedAsync("/experiments/create", new { name = "x" }), 503, "TEMPORARILY_UNAVAILABLE");
            Assert.Equal(200, (await client.GotAsync($"/runs/get?run_id={run}")).Status);
            Assert.Equal((200, 503), ((int)(await client.GetAsync("/health/live")).StatusCode, (int)(await client.GetAsync("/health/ready")).StatusCode));
            Assert.Contains("MlHub only reads from now on", hub.Output, StringComparison.Ordinal);
            await hub.StopAsync();
        }

        using var again = Start();
        using var healed = new HttpClient { BaseAddress = await again.ListeningAsync() };
        Assert.Equal(200, (await healed.PostedAsync("/experiments/create", new { name = "x" })).Status);
        Assert.Equal("ok", await OlderDatabase.AskAsync(Path.Combine(_data, "mlhub.db"), "PRAGMA integrity_check"));
    }

    [Fact]
    public async Task A_folder_of_artifacts_that_failed_to_be_flushed_ends_writing_as_well()
    {
        using var hub = Start();
        using var client = new HttpClient { BaseAddress = await hub.ListeningAsync() };
        var experiment = await client.GivenExperimentAsync();
        var run = await client.GivenRunAsync(experiment);
        using (var strace = await Strace.AttachOrNullAsync(hub, "fsync", "error=EIO", Path.Combine(_data, "artifacts")))
        {
            Assert.SkipWhen(strace is null, "strace is not installed, or may not trace here.");
            await OutageRules.RequireToldAsync(() => client.UploadAsync(experiment, run, "lost.bin", [1]), 503, "TEMPORARILY_UNAVAILABLE");
        }

        // The bytes have their name already; nobody knows whether the folder will have it after a power loss.
        await OutageRules.RequireToldAsync(() => client.UploadAsync(experiment, run, "lost.bin", [1]), 503, "TEMPORARILY_UNAVAILABLE");
        await OutageRules.RequireToldAsync(() => LogAsync(client, run, 1), 503, "TEMPORARILY_UNAVAILABLE");
        Assert.Equal(503, (int)(await client.GetAsync("/health/ready")).StatusCode);
    }

    private static Task<Answer> LogAsync(HttpClient client, string run, int step) =>
        client.PostedAsync("/runs/log-metric", new { run_id = run, key = "loss", value = 0.5, timestamp = step, step });

    private static Task<Answer> BatchAsync(HttpClient client, string run, int number) =>
        client.PostedAsync("/runs/log-batch", new { run_id = run, metrics = Enumerable.Range(0, 1000).Select(i => new { key = "loss", value = i, timestamp = i, step = (number * 1000) + i }) });

    private static async Task FillAsync(string file)
    {
        try
        {
            await using var ballast = File.Create(file);
            for (var left = new DriveInfo(Path.GetDirectoryName(file)!).AvailableFreeSpace - (1 << 20); left > 0; left -= 1 << 16)
            {
                await ballast.WriteAsync(new byte[1 << 16]);
            }
        }
        catch (IOException)
        {
            // Full: as wanted.
        }
    }

    private HubProcess Start() => HubProcess.Start(_data, null, "MlHub:Access:Mode=Open");
}
