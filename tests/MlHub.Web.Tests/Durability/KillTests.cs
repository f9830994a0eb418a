using MlHub.Testing.Databases;
using MlHub.Testing.Durability;

namespace MlHub.Web.Tests.Durability;

/// <summary>What MlHub acknowledged outlives its process, however that ends.</summary>
public sealed class KillTests : IDisposable
{
    private static readonly TimeSpan UntilKilled = TimeSpan.FromMinutes(1);

    private readonly string _data = Directory.CreateTempSubdirectory("mlhub-kill-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Nothing_acknowledged_is_lost_doubled_or_torn_when_the_process_is_killed()
    {
        List<SentCall> sent = [];
        Workload? workload = null;
        for (var cycle = 0; cycle < 4; cycle++)
        {
            using var hub = Start();
            var address = await hub.ListeningAsync();
            workload ??= await Workload.CreateAsync(address);
            var writers = new Writers(workload, cycle);
            var writing = writers.WriteAsync(address);
            var least = Random.Shared.Next(100, 600);
            await Eventually.TrueAsync(() => writing.IsCompleted || writers.History.Acknowledged > least, UntilKilled);
            hub.Kill();
            await writing;
            sent.AddRange(writers.History.Sent);
        }

        await RequireKeptAsync(workload!, sent);
        Assert.Equal(
            ["alias", "approval", "artifact", "batch", "metric", "move", "param", "request", "tag", "version"],
            sent.Where(c => c.Acknowledged).Select(c => c.Kind).Distinct().Order());
    }

    /// <summary>
    /// Killed exactly at the n-th call to the system: as bytes go into the log of the database, as they are flushed, as a file gets
    /// its name, and after the commit as the answer goes out.
    /// </summary>
    [Fact]
    public async Task The_same_holds_at_every_kind_of_step_on_the_way_to_the_disk_and_back()
    {
        List<SentCall> sent = [];
        Workload? workload = null;
        string[] calls = ["pwrite64", "fsync,fdatasync", "rename", "sendmsg,sendto"];
        foreach (var (cycle, call) in calls.Index())
        {
            using var hub = Start();
            var address = await hub.ListeningAsync();
            workload ??= await Workload.CreateAsync(address);
            var writers = new Writers(workload, cycle);
            using (var strace = await Strace.AttachOrNullAsync(hub, call, $"signal=KILL:when={Random.Shared.Next(10, 80)}"))
            {
                Assert.SkipWhen(strace is null, "strace is not installed, or may not trace here.");
                await writers.WriteAsync(address).WaitAsync(UntilKilled);
                Assert.Equal(137, await hub.ExitAsync());
            }

            sent.AddRange(writers.History.Sent);
        }

        await RequireKeptAsync(workload!, sent);
    }

    private async Task RequireKeptAsync(Workload workload, List<SentCall> sent)
    {
        using (var hub = Start())
        {
            await workload.RequireKeptAsync(await hub.ListeningAsync(), sent);
            Assert.Empty(Directory.EnumerateFiles(Path.Combine(_data, "artifacts", "incoming")));
        }

        Assert.Equal("ok", await OlderDatabase.AskAsync(Path.Combine(_data, "mlhub.db"), "PRAGMA integrity_check"));
        Assert.Equal("", await OlderDatabase.AskAsync(Path.Combine(_data, "mlhub.db"), "PRAGMA foreign_key_check"));
    }

    private HubProcess Start() => HubProcess.Start(_data, null, "MlHub:Access:Mode=Open", "Logging:LogLevel:Default=Warning");
}
