using MlHub.Tracking.Metrics;

namespace MlHub.Tracking;

/// <summary>A point measured of a logged model; the name and digest of the data are empty where nothing was said of them.</summary>
public sealed record ModelMetric(string ModelId, string DatasetName, string DatasetDigest, Metric Metric);

/// <summary>What one logging call adds to a run. All of it is stored, or none.</summary>
public sealed record RunLog(
    IReadOnlyList<Metric> Metrics, IReadOnlyList<KeyValuePair<string, string>> Params, IReadOnlyList<KeyValuePair<string, string>> Tags)
{
    /// <summary>What was measured of logged models; the run has these points among its metrics too.</summary>
    public IReadOnlyList<ModelMetric> ModelMetrics { get; init; } = [];

    public static RunLog OfMetric(Metric metric) => new([metric], [], []);

    public static RunLog OfParam(string key, string value) => new([], [new(key, value)], []);

    public static RunLog OfTag(string key, string value) => new([], [], [new(key, value)]);
}
