using System.Globalization;
using System.Net.Sockets;

namespace MlHub.Torture;

/// <summary>The process runs into limits of the system.</summary>
internal static class LimitRows
{
    public static IEnumerable<Scenario> All =>
    [
        new(7, "limit of the size of files", FileSizeAsync),
        new(10, "no file handles left", HandlesAsync),
        new(11, "killed for want of memory", MemoryAsync),
        new(12, "a tenth of a processor", ProcessorAsync),
    ];

    private static async Task<string> FileSizeAsync(Patient patient)
    {
        using var hub = patient.Start();
        var seen = await patient.LoadAsync(hub, async () =>
        {
            Tools.Run("prlimit", "--pid", $"{hub.Id}", "--fsize=262144:unlimited");
            await Task.Delay(patient.Options.For(8));
            if (!hub.HasExited)
            {
                Tools.Run("prlimit", "--pid", $"{hub.Id}", "--fsize=unlimited");
            }
        });
        BrokenPromiseException.Require(!hub.HasExited, "The signal of the limit ended the process.");
        hub.Kill();
        await patient.RequireWholeAsync();
        return $"{seen}; no crash; whole after a kill";
    }

    private static async Task<string> HandlesAsync(Patient patient)
    {
        using var hub = patient.Start();
        var address = await hub.ListeningAsync();
        var seen = await patient.LoadAsync(hub, async () =>
        {
            var most = Directory.GetFiles($"/proc/{hub.Id}/fd").Length + 20;
            Tools.Run("prlimit", "--pid", $"{hub.Id}", $"--nofile={most}");
            List<Socket> held = [];
            for (var i = 0; i < 400; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                held.Add(socket);
                await socket.ConnectAsync(address.Host, address.Port);
            }

            await Task.Delay(patient.Options.For(8));
            held.ForEach(s => s.Dispose());
        });
        BrokenPromiseException.Require(!hub.HasExited, $"It ended: {hub.Output}");
        hub.Kill();
        await patient.RequireWholeAsync();
        return $"{seen}; whole after a kill";
    }

    private static async Task<string> MemoryAsync(Patient patient)
    {
        using var hub = patient.Start();
        await hub.ListeningAsync();
        var (set, get) = Tools.Group(patient, "memory", hub);
        var seen = await patient.LoadAsync(hub, async () =>
        {
            // What it had before stays where it was counted; only what it takes here can be limited.
            set("memory.limit_in_bytes", $"{long.Parse(get("memory.usage_in_bytes"), CultureInfo.InvariantCulture) + (1 << 20)}");
            await Task.WhenAny(hub.ExitAsync(), Task.Delay(TimeSpan.FromSeconds(60)));
        });
        BrokenPromiseException.Require(hub.HasExited, "The system did not kill it.");
        await patient.RequireWholeAsync();
        return $"{seen}; ended by the system with {await hub.ExitAsync()}; whole at the next start";
    }

    private static async Task<string> ProcessorAsync(Patient patient)
    {
        using var hub = patient.Start();
        await hub.ListeningAsync();
        var (set, _) = Tools.Group(patient, "cpu", hub);
        var seen = await patient.LoadAsync(hub, async () =>
        {
            set("cpu.cfs_quota_us", "10000");
            await Task.Delay(patient.Options.For(15));
            set("cpu.cfs_quota_us", "-1");
        });
        BrokenPromiseException.Require(seen.Slowest < TimeSpan.FromSeconds(30), $"A call took {seen.Slowest}.");
        hub.Kill();
        await patient.RequireWholeAsync();
        return seen.ToString();
    }
}
