using System.Text.Json;
using MlHub.LoggedModels;

namespace MlHub.Tracking;

/// <summary>A run with the latest of all it logged. Metrics, params and tags are sorted by key, inputs as they were logged.</summary>
public sealed record RunDetails(
    Run Run,
    IReadOnlyList<LatestMetric> Metrics,
    IReadOnlyList<KeyValuePair<string, string>> Params,
    IReadOnlyList<KeyValuePair<string, string>> Tags,
    IReadOnlyList<LoggedInput> Inputs)
{
    /// <summary>The models that it read, and those that it made, by step.</summary>
    public IReadOnlyList<RunModelLink> Models { get; init; } = [];
}

/// <summary>The latest point of a metric, which may be NaN or infinite, and how many <paramref name="Points"/> there are.</summary>
public readonly record struct LatestMetric(string Key, double Value, long Timestamp, long Step, long Points, long SeriesId);

/// <summary>A dataset that a run read; <paramref name="Tags"/> is a JSON object.</summary>
public sealed record LoggedInput(Dataset Dataset, string Tags)
{
    /// <summary>The tag that says what the data was used for.</summary>
    public const string ContextTag = "mlflow.data.context";

    /// <summary>What the data was used for: training, evaluation.</summary>
    public string? Context => JsonSerializer.Deserialize<Dictionary<string, string>>(Tags)?.GetValueOrDefault(ContextTag) is { Length: > 0 } context ? context : null;
}
