namespace MlHub.Tracking.Metrics;

/// <summary>One point of a metric: <paramref name="Timestamp"/> in milliseconds since 1970; the value may be NaN or infinite.</summary>
public readonly record struct Metric(string Key, double Value, long Timestamp, long Step);

/// <summary>A point of a known series.</summary>
public readonly record struct MetricPoint(long Step, long Timestamp, double Value);
