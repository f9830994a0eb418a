namespace MlHub.Web.Tests.Durability;

/// <summary>What MlHub acknowledged outlives its process, however that ends.</summary>
public sealed class KillTests : IDisposable
{
    private const int Cycles = 4;

    private readonly string _data = Directory.CreateTempSubdirectory("mlhub-kill-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Nothing_acknowledged_is_lost_doubled_or_torn_when_the_process_is_killed()
    {
        var (experiment, runs) = ("", (List<string>)[]);
        List<SentCall> sent = [];
        for (var cycle = 0; cycle < Cycles; cycle++)
        {
            using var hub = Start();
            var address = await hub.ListeningAsync();
            if (cycle == 0)
            {
                (experiment, runs) = await GivenRunsAsync(address, 8 + 2);
            }

            var writers = new Writers(experiment, runs, cycle);
            var writing = writers.WriteUntilGoneAsync(address);
            var least = Random.Shared.Next(100, 600);
            await Eventually.TrueAsync(() => writers.Acknowledged > least, TimeSpan.FromSeconds(30));
            hub.Kill();
            await writing;
            sent.AddRange(writers.Sent);
        }

        using var last = Start();
        using var client = new HttpClient { BaseAddress = await last.ListeningAsync() };
        Assert.Equal("OK", await client.GetStringAsync("/health"));

        foreach (var run in runs)
        {
            var stored = await StoredRun.ReadAsync(client, experiment, run);
            foreach (var call in sent.Where(c => c.Run == run))
            {
                var count = stored.Count(call);
                Assert.True(count == 1 || !call.Acknowledged, $"{call} was acknowledged and is gone.");
            }

            RequireNothingElse(stored, sent.Where(c => c.Run == run).ToList());
        }

        Assert.Equal(["artifact", "batch", "metric", "param", "tag"], sent.Where(c => c.Acknowledged).Select(c => c.Kind).Distinct().Order());
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_data, "artifacts", "incoming")));
    }

    private static async Task<(string Experiment, List<string> Runs)> GivenRunsAsync(Uri hub, int count)
    {
        using var client = new HttpClient { BaseAddress = hub };
        var experiment = await client.GivenExperimentAsync();
        List<string> runs = [];
        for (var i = 0; i < count; i++)
        {
            runs.Add(await client.GivenRunAsync(experiment));
        }

        return (experiment, runs);
    }

    private HubProcess Start() => HubProcess.Start(_data, null, "MlHub:Access:Mode=Open", "Logging:LogLevel:Default=Warning");

    /// <summary>Nothing is stored that nobody sent.</summary>
    private static void RequireNothingElse(StoredRun stored, List<SentCall> sent)
    {
        var numbers = sent.Select(c => (long)c.Number).ToHashSet();

        Assert.All(stored.Steps.Values.SelectMany(s => s), s => Assert.Contains(s, numbers));
        Assert.All(stored.Files.Keys, f => Assert.Contains(sent, c => c.Kind == "artifact" && f == $"file-{c.Number}.bin"));
    }
}
