namespace MlHub.Protocol.Tracking;

// MlHub's own call: mlhub/metrics/curves.

public sealed record CurvesRequest(List<string>? RunIds, string? MetricKey, long? StartStep, long? EndStep, long? MaxPoints);

/// <summary>Runs without the metric, or that the caller may not read, have no curve.</summary>
public sealed record CurvesResponse(string MetricKey, List<CurveMessage> Curves);

/// <summary>The points that a chart needs, in order of step; <paramref name="Total"/> counts all that the run has. NaN and infinities are strings.</summary>
public sealed record CurveMessage(string RunId, long Total, List<long> Steps, List<long> Timestamps, List<double> Values);
