using MlHub.Testing.Databases;
using MlHub.Testing.Webhooks;

namespace MlHub.Torture;

/// <summary>The process is killed.</summary>
internal static class KillRows
{
    /// <summary>Calls to the system on the way of a write: into the log, to the disk, under its name, and the answer out.</summary>
    private static readonly string[] Steps = ["pwrite64", "fsync,fdatasync", "rename,renameat", "ftruncate", "unlink,unlinkat", "sendmsg,sendto"];

    public static IEnumerable<Scenario> All =>
    [
        new(1, "kill -9 at random instants", AtRandomAsync),
        new(1, "kill -9 at the n-th call to the system", AtStepsAsync),
        new(43, "kill -9 before a webhook is sent and before it is marked", WhileDeliveringAsync),
        new(28, "kill -9 at every flush and name of an upgrade", WhileUpgradingAsync),
    ];

    private static async Task<string> AtRandomAsync(Patient patient)
    {
        var cycles = patient.Options.Times(12);
        for (var i = 0; i < cycles; i++)
        {
            using var hub = patient.Start();
            await patient.LoadAsync(hub, () => Task.Run(hub.Kill));
        }

        await patient.RequireWholeAsync();
        return $"{cycles} kills, {patient.Acknowledged} acknowledged calls, none lost, doubled or torn";
    }

    private static async Task<string> AtStepsAsync(Patient patient)
    {
        var kills = 0;
        foreach (var step in Enumerable.Repeat(Steps, patient.Options.Times(2)).SelectMany(s => s))
        {
            using var hub = patient.Start();
            Strace? strace = null;
            await patient.LoadAsync(hub, async () =>
            {
                strace = await Strace.AttachOrNullAsync(hub, step, $"signal=KILL:when={patient.Random.Next(1, 40)}") ?? throw new NotPossibleHereException("strace may not trace");
                // Some steps are rare: a log is seldom cut.
                await Task.WhenAny(hub.ExitAsync(), Task.Delay(TimeSpan.FromSeconds(10)));
            });
            strace?.Dispose();
            kills += hub.HasExited ? 1 : 0;
        }

        await patient.RequireWholeAsync();
        return $"{kills} kills at {string.Join("; ", Steps)}; {patient.Acknowledged} acknowledged calls, none lost, doubled or torn";
    }

    private static async Task<string> WhileDeliveringAsync(Patient patient)
    {
        const int webhooks = 4;
        var cycles = patient.Options.Times(50);
        await using var receiver = await WebhookReceiver.StartAsync();
        patient.Data = Directory.CreateDirectory(patient.At("data")).FullName;
        var report = await new WebhookKills(() => HubProcess.Start(patient.Data, null, WebhookKills.Settings), patient.Data, receiver, webhooks).RunAsync(cycles);
        return $"{cycles} kills between commit and send, {cycles} between send and mark, {webhooks} webhooks: {report.Deliveries} deliveries, {report.BetweenCommitAndSend} of them unsent and "
            + $"{report.BetweenSendAndMark} unmarked when the hub died; none lost, {report.CameAgain} came again, each under its own id";
    }

    private static async Task<string> WhileUpgradingAsync(Patient patient)
    {
        const string rows = "SELECT (SELECT count(*) FROM runs) || ' ' || (SELECT count(*) || ' ' || sum(value) FROM metrics)";
        patient.Data = Directory.CreateDirectory(patient.At("data")).FullName;
        await OlderDatabase.MakeAsync(patient.Data);
        var before = await OlderDatabase.AskAsync(patient.Database, rows);
        string[] files = [patient.Database, patient.Database + ".upgrading", patient.Database + ".upgrading-journal", Path.Combine(patient.Data, "backups")];
        var kills = 0;
        foreach (var step in (string[])["fsync,fdatasync", "ftruncate", "unlink,unlinkat", "link,linkat", "rename,renameat"])
        {
            for (var n = 1; n <= patient.Options.Times(8); n++)
            {
                string[] strace = ["strace", "-D", "-f", "-o", "/dev/null", .. files.SelectMany(f => (string[])["-P", f]), "-e", $"trace={step}", "-e", $"inject={step}:signal=KILL:when={n}"];
                using var hub = patient.StartUnder(strace, null);
                var ended = await Task.WhenAny(hub.ListeningAsync(), hub.ExitAsync());
                var killed = hub.HasExited;
                hub.Kill();
                await Task.WhenAny(ended);
                kills += killed ? 1 : 0;
                BrokenPromiseException.Require(await OlderDatabase.AskAsync(patient.Database, rows) == before, $"Killed at {step} {n} the upgrade lost rows.");
                await Patient.RequireSoundAsync(patient.Database);
                if (!killed)
                {
                    break;
                }
            }
        }

        using var last = patient.Start();
        using var client = new HttpClient { BaseAddress = await last.ListeningAsync() };
        BrokenPromiseException.Require((await client.GetAsync("/health/ready")).IsSuccessStatusCode, "It is not ready after the upgrade.");
        return $"{kills} kills; each time the old rows or the new, and the next start went on";
    }
}
