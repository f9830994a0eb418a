using System.Diagnostics;
using System.Net.Sockets;

namespace MlHub.Torture;

/// <summary>Clients are slow, or the way to them is bad.</summary>
internal static class NetworkRows
{
    public static IEnumerable<Scenario> All =>
    [
        new(15, "500 slow uploads at once", SlowUploadsAsync),
        new(18, "delays, stalls and resets on the way", BadWayAsync),
    ];

    private static async Task<string> SlowUploadsAsync(Patient patient)
    {
        using var hub = patient.Start();
        var address = await hub.ListeningAsync();
        using var client = new HttpClient { BaseAddress = address };
        var experiment = await client.GivenExperimentAsync();
        var run = await client.GivenRunAsync(experiment);
        List<Socket> slow = [];
        for (var i = 0; i < 500; i++)
        {
            slow.Add(await RawHttp.OpenAsync(address, $"PUT {Asking.ArtifactUrl(experiment, run, $"slow-{i}")} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Length: 1000000\r\n\r\n"));
        }

        var (worst, logged, cut) = (TimeSpan.Zero, 0, 0);
        for (var ends = Stopwatch.StartNew(); ends.Elapsed < patient.Options.For(10); logged++)
        {
            cut += (await Task.WhenAll(slow.Select(IsCutAsync))).Count(c => c);
            await Task.Delay(100);
            var began = Stopwatch.GetTimestamp();
            BrokenPromiseException.Require(await client.GetStringAsync("/health") == "OK", "It is not well.");
            var took = Stopwatch.GetElapsedTime(began);
            worst = took > worst ? took : worst;
            await client.CallAsync("/runs/log-metric", new { run_id = run, key = "m", value = logged, timestamp = logged, step = logged });
        }

        BrokenPromiseException.Require(cut < logged * slow.Count / 2, "The uploads were not slow, but gone.");
        slow.ForEach(s => s.Dispose());
        var incoming = Path.Combine(patient.Data, "artifacts", "incoming");
        await Eventually.TrueAsync(() => !Directory.EnumerateFiles(incoming).Any(), TimeSpan.FromMinutes(1));
        return $"`/health` within {worst.TotalMilliseconds:0} ms, {logged} metrics logged meanwhile; nothing left of the uploads";
    }

    /// <summary>Who sends less than 240 bytes a second is sent away.</summary>
    private static async Task<bool> IsCutAsync(Socket slow)
    {
        try
        {
            return await slow.SendAsync(new byte[100]) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static async Task<string> BadWayAsync(Patient patient)
    {
        using var hub = patient.Start();
        await using var network = new BadNetwork(await hub.ListeningAsync());
        var resets = 0;
        var chance = new Random(patient.Options.Seed);
        var seen = await patient.LoadAsync(
            hub,
            async () =>
            {
                network.Asked = network.Answered = async _ =>
                {
                    int dice;
                    lock (chance)
                    {
                        dice = chance.Next(1000);
                    }

                    await Task.Delay(dice < 5 ? 3000 : dice % 100);
                    return dice < 980 || Interlocked.Increment(ref resets) < 0;
                };
                await Task.Delay(patient.Options.For(20));
                network.Asked = network.Answered = _ => Task.FromResult(true);
            },
            network.Address);
        BrokenPromiseException.Require(seen.Answers.Keys.All(k => k is 0 or 200), $"A bad network was answered: {seen}");
        await patient.RequireWholeAsync(hub);
        return $"{resets} resets; {seen}";
    }
}
