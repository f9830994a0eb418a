using MlHub.Tracking.Metrics;

namespace MlHub.Tracking;

/// <summary>What one logging call adds to a run. All of it is stored, or none.</summary>
public sealed record RunLog(
    IReadOnlyList<Metric> Metrics, IReadOnlyList<KeyValuePair<string, string>> Params, IReadOnlyList<KeyValuePair<string, string>> Tags)
{
    public static RunLog OfMetric(Metric metric) => new([metric], [], []);

    public static RunLog OfParam(string key, string value) => new([], [new(key, value)], []);

    public static RunLog OfTag(string key, string value) => new([], [], [new(key, value)]);
}
