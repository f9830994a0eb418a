namespace MlHub.Tracking.Metrics;

/// <summary>Some of a metric's steps, evenly spaced, as MLflow chooses them for charts.</summary>
public static class SampledSteps
{
    /// <summary>All of the sorted steps if there are few, else <paramref name="max"/> of them and the last.</summary>
    public static IReadOnlyList<long> Of(IReadOnlyList<long> steps, int max) =>
        steps.Count <= max ? steps : [.. Enumerable.Range(0, max).Select(i => steps[(int)((long)i * steps.Count / max)]).Append(steps[^1])];
}
