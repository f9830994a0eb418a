namespace MlHub.Testing.Durability;

/// <summary>What clients write to while a hub is harmed: runs that are logged to, runs that get files, and models.</summary>
public sealed record Workload(string Experiment, IReadOnlyList<string> Runs, IReadOnlyList<string> FileRuns, IReadOnlyList<string> Models)
{
    /// <summary>The chain is a moment behind the events.</summary>
    private static readonly TimeSpan UntilLinked = TimeSpan.FromSeconds(20);

    public static async Task<Workload> CreateAsync(Uri hub, int runs = 8, int fileRuns = 2, int models = 2)
    {
        using var client = new HttpClient { BaseAddress = hub };
        var experiment = await client.GivenExperimentAsync($"load-{Guid.NewGuid():N}");
        List<string> made = [], named = [];
        for (var i = 0; i < runs + fileRuns; i++)
        {
            made.Add(await client.GivenRunAsync(experiment));
        }

        for (var i = 0; i < models; i++)
        {
            named.Add($"m-{Guid.NewGuid():N}");
            await client.CallAsync("/registered-models/create", new { name = named[i] });
        }

        return new(experiment, made[..runs], made[runs..], named);
    }

    /// <summary>Reads all back and holds it against what was sent.</summary>
    /// <param name="hub">The hub after the fault.</param>
    /// <param name="sent">All calls that ever were sent.</param>
    /// <param name="required">Which of the acknowledged must be there: all of them, but in a backup.</param>
    /// <exception cref="BrokenPromiseException">Something acknowledged is gone, refused but there, torn, doubled, or the event log does not fit.</exception>
    public async Task RequireKeptAsync(Uri hub, IReadOnlyCollection<SentCall> sent, Func<SentCall, bool>? required = null)
    {
        using var client = new HttpClient { BaseAddress = hub, Timeout = TimeSpan.FromMinutes(2) };
        var calls = sent.ToLookup(c => c.Target);
        foreach (var run in Runs.Concat(FileRuns))
        {
            var stored = await StoredRun.ReadAsync(client, Experiment, run);
            Require(calls[run], stored.Count, required);
            stored.RequireNothingElse([.. calls[run]]);
        }

        var events = await StoredEvents.ReadAsync(client, UntilLinked);
        foreach (var model in Models)
        {
            var stored = await StoredModel.ReadAsync(client, model, events);
            Require(calls[model], stored.Count, required);
        }
    }

    private static void Require(IEnumerable<SentCall> calls, Func<SentCall, int> count, Func<SentCall, bool>? required)
    {
        foreach (var call in calls)
        {
            var found = count(call);
            BrokenPromiseException.Require(found == 1 || !call.Acknowledged || required?.Invoke(call) == false, $"{call} was acknowledged and is gone.");
            BrokenPromiseException.Require(found == 0 || !call.Refused, $"{call} was refused and is there.");
        }
    }
}
