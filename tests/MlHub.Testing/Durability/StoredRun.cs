using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace MlHub.Testing.Durability;

/// <summary>All that the hub gives back of one run, read through its API.</summary>
public sealed record StoredRun(
    IReadOnlyDictionary<string, string> Params, IReadOnlyDictionary<string, string> Tags, IReadOnlyDictionary<string, List<long>> Steps,
    IReadOnlyDictionary<string, string> Files)
{
    public static async Task<StoredRun> ReadAsync(HttpClient client, string experiment, string run)
    {
        var data = (await client.GotAsync($"/runs/get?run_id={run}")).Json["run"]?["data"] ?? throw new BrokenPromiseException($"{run} is gone.");
        Dictionary<string, List<long>> steps = [];
        foreach (var key in Array(data["metrics"]).Select(m => (string)m!["key"]!))
        {
            var history = await client.GotAsync($"/metrics/get-history?run_id={run}&metric_key={key}");
            BrokenPromiseException.Require(Array(history.Json["metrics"]).All(m => (long)m!["step"]! == (double)m["value"]!), $"{key} of {run} has values that nobody sent");
            steps[key] = [.. Array(history.Json["metrics"]).Select(m => (long)m!["step"]!)];
        }

        Dictionary<string, string> files = [];
        foreach (var path in Array((await client.GotAsync($"/artifacts/list?run_id={run}")).Json["files"]).Select(f => (string)f!["path"]!))
        {
            files[path] = Convert.ToHexStringLower(SHA256.HashData(await client.GetByteArrayAsync(Asking.ArtifactUrl(experiment, run, path))));
        }

        return new(Pairs(data["params"]), Pairs(data["tags"]), steps, files);
    }

    /// <summary>How much of the call is there: 0 for nothing, 1 for all of it. Throws for a part, or for anything that is there twice.</summary>
    public int Count(SentCall call)
    {
        var (n, run) = (call.Number, call.Target);
        switch (call.Kind)
        {
            case "metric":
                return Points("single", n);
            case "tag":
                return Tags.ContainsKey(call.Mark) ? 1 : 0;
            case "param":
                return Params.ContainsKey(call.Mark) ? 1 : 0;
            case "artifact":
                var found = Files.TryGetValue(call.Mark, out var digest);
                BrokenPromiseException.Require(!found || digest == Writers.Digest(run, n), $"{call} has other bytes than were sent");
                return found ? 1 : 0;
            default:
                List<int> parts = [Params.ContainsKey(call.Mark) ? 1 : 0, Tags.ContainsKey(call.Mark) ? 1 : 0, .. Enumerable.Range(0, Writers.BatchMetrics).Select(i => Points($"batch{i}", n))];
                BrokenPromiseException.Require(parts.Distinct().Count() == 1, $"{call} is there in part");
                return parts[0];
        }
    }

    /// <summary>Throws where something is stored that nobody sent.</summary>
    public void RequireNothingElse(IReadOnlyCollection<SentCall> sent)
    {
        var numbers = sent.Select(c => (long)c.Number).ToHashSet();
        var marks = sent.Select(c => c.Mark).ToHashSet();
        BrokenPromiseException.Require(Steps.Values.All(s => s.All(numbers.Contains)), "A metric has steps that nobody sent.");
        BrokenPromiseException.Require(Files.Keys.All(marks.Contains), "There is a file that nobody sent.");
    }

    private int Points(string key, long step)
    {
        var count = Steps.GetValueOrDefault(key)?.Count(s => s == step) ?? 0;
        BrokenPromiseException.Require(count <= 1, $"{key} has the step {step} {count} times");
        return count;
    }

    private static JsonArray Array(JsonNode? list) => list?.AsArray() ?? [];

    private static Dictionary<string, string> Pairs(JsonNode? list) => Array(list).ToDictionary(p => (string)p!["key"]!, p => (string)p!["value"]!);
}
