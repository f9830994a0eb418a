using System.Diagnostics;
using System.Text.Json.Nodes;

namespace MlHub.Testing.Durability;

/// <summary>The event log as the audit exports it, in the order of its chain.</summary>
internal sealed record StoredEvents(IReadOnlyList<JsonNode> Rows)
{
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

    /// <summary>Events of a kind whose field after the change, of the given name, is the text.</summary>
    public int Count(string kind, string field, string text, long model) =>
        Of(model, kind).Count(r => (string?)r["after"]?[field] == text);

    public IEnumerable<JsonNode> Of(long model, string kind) => Rows.Where(r => (string?)r["kind"] == kind && (long?)r["model_id"] == model);

    /// <summary>The number by which events know a model.</summary>
    public long? ModelOrNull(string name) => (long?)Rows.FirstOrDefault(r => (string?)r["kind"] == "model.created" && r.ToJsonString().Contains($"\"{name}\"", StringComparison.Ordinal))?["model_id"];
}
