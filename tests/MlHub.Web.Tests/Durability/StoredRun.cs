using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace MlHub.Web.Tests.Durability;

/// <summary>All that the hub gives back of one run, read through its API.</summary>
public sealed record StoredRun(
    IReadOnlyDictionary<string, string> Params, IReadOnlyDictionary<string, string> Tags, IReadOnlyDictionary<string, List<long>> Steps,
    IReadOnlyDictionary<string, string> Files)
{
    public static async Task<StoredRun> ReadAsync(HttpClient client, string experiment, string run)
    {
        var data = (await client.GotAsync($"/runs/get?run_id={run}")).Json["run"]!["data"]!;
        Dictionary<string, List<long>> steps = [];
        foreach (var key in Array(data["metrics"]).Select(m => (string)m!["key"]!))
        {
            var history = await client.GotAsync($"/metrics/get-history?run_id={run}&metric_key={key}");
            Assert.All(Array(history.Json["metrics"]), m => Assert.Equal((long)m!["step"]!, (double)m["value"]!));
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
        var (n, run) = (call.Number, call.Run);
        switch (call.Kind)
        {
            case "metric":
                return Points("single", n);
            case "tag":
                return Tags.ContainsKey($"tag-{n}") ? 1 : 0;
            case "param":
                return Params.ContainsKey($"param-{n}") ? 1 : 0;
            case "artifact":
                var found = Files.TryGetValue($"file-{n}.bin", out var digest);
                Assert.True(!found || digest == Writers.Digest(run, n), $"{n} of {run} has other bytes than were sent");
                return found ? 1 : 0;
            default:
                List<int> parts = [Params.ContainsKey($"batch-{n}") ? 1 : 0, Tags.ContainsKey($"batch-{n}") ? 1 : 0, .. Enumerable.Range(0, Writers.BatchMetrics).Select(i => Points($"batch{i}", n))];
                return Assert.Single(parts.Distinct());
        }
    }

    private int Points(string key, long step)
    {
        var count = Steps.GetValueOrDefault(key)?.Count(s => s == step) ?? 0;
        Assert.InRange(count, 0, 1);
        return count;
    }

    private static JsonArray Array(JsonNode? list) => list?.AsArray() ?? [];

    private static Dictionary<string, string> Pairs(JsonNode? list) => Array(list).ToDictionary(p => (string)p!["key"]!, p => (string)p!["value"]!);
}
