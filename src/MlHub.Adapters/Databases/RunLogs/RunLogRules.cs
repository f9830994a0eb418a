using System.Text.Json;
using System.Text.Json.Serialization;
using MlHub.Tracking;

namespace MlHub.Adapters.Databases.RunLogs;

/// <summary>What holds for parameters and tags on every database.</summary>
internal static class RunLogRules
{
    /// <summary>The tag that is the run's name.</summary>
    public const string RunNameTag = "mlflow.runName";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The params by key; refuses a key that comes with two values.</summary>
    public static SortedDictionary<string, string> DistinctParams(string runId, RunLog log)
    {
        var distinct = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in log.Params)
        {
            if (!distinct.TryAdd(key, value))
            {
                RequireUnchanged(runId, key, distinct[key], value);
            }
        }

        return distinct;
    }

    /// <summary>The tags by key, the last of each.</summary>
    public static SortedDictionary<string, string> LastTags(RunLog log)
    {
        var last = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in log.Tags)
        {
            last[key] = value;
        }

        return last;
    }

    public static void RequireUnchanged(string runId, string key, string stored, string sent)
    {
        if (stored != sent)
        {
            throw HubException.Invalid(
                $"Changing param values is not allowed. Param with key='{key}' was already logged with value='{stored}' for run ID='{runId}'. "
                + $"Attempted logging new value '{sent}'.");
        }
    }

    /// <summary>The event's <c>after</c>: the params that are new and the tags that changed; null where nothing did.</summary>
    public static string? Changes(IReadOnlyDictionary<string, string> newParams, IReadOnlyDictionary<string, string> changedTags) =>
        newParams.Count + changedTags.Count == 0
            ? null
            : JsonSerializer.Serialize(new { Params = newParams.Count > 0 ? newParams : null, Tags = changedTags.Count > 0 ? changedTags : null }, Json);
}
