using System.Diagnostics;
using System.Text.Json.Nodes;

namespace MlHub.Testing.Durability;

/// <summary>The event log as the audit exports it, in the order of its chain.</summary>
internal sealed class StoredEvents(IReadOnlyList<JsonNode> rows)
{
    private readonly ILookup<(long?, string?), JsonNode> _ofModels = rows.ToLookup(r => ((long?)r["model_id"], (string?)r["kind"]));
    private readonly Dictionary<(long?, string?, string), int> _counts = rows.Where(r => r["model_id"] is not null && MarkOrNull(r) is not null)
        .GroupBy(r => ((long?)r["model_id"], (string?)r["kind"], MarkOrNull(r)!)).ToDictionary(g => g.Key, g => g.Count());

    /// <exception cref="BrokenPromiseException">The chain does not hold.</exception>
    public static async Task<StoredEvents> ReadAsync(HttpClient client, TimeSpan untilLinked)
    {
        // After a crash the rest is linked at the start: as soon as a new event has its link, so have all before it.
        var last = $"last-{Guid.NewGuid():N}";
        await client.CallAsync("/experiments/create", new { name = last });
        for (var waited = Stopwatch.StartNew(); ;)
        {
            var lines = (await client.GetStringAsync("/api/2.0/mlhub/audit/export")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (Array.Exists(lines, l => l.Contains(last, StringComparison.Ordinal)))
            {
                var verified = await client.AskAsync(HttpMethod.Get, "/api/2.0/mlhub/audit/verify");
                BrokenPromiseException.Require((bool?)verified.Json["whole"] == true, $"The chain of events is broken: {verified.Text}");
                return new([.. lines.Select(l => JsonNode.Parse(l)!)]);
            }

            BrokenPromiseException.Require(waited.Elapsed < untilLinked, "An event has no link in the chain.");
            await Task.Delay(100);
        }
    }

    /// <summary>How many events of a kind have the mark.</summary>
    public int Count(long model, string kind, string mark) => _counts.GetValueOrDefault((model, kind, mark));

    public IEnumerable<JsonNode> Of(long model, string kind) => _ofModels[(model, kind)];

    /// <summary>The number by which events know a model.</summary>
    public long? ModelOrNull(string name) => (long?)rows.FirstOrDefault(r => (string?)r["kind"] == "model.created" && r.ToJsonString().Contains($"\"{name}\"", StringComparison.Ordinal))?["model_id"];

    /// <summary>Calls put their mark into what they set; each kind of event has one such field.</summary>
    private static string? MarkOrNull(JsonNode row) =>
        row["after"] is { } after ? (string?)(after["comment"] ?? after["alias"] ?? after["key"] ?? after["source"]) : null;
}
