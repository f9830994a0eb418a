namespace MlHub.Tracking.Metrics;

/// <summary>The steps of a metric from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
public readonly record struct StepRange(long First, long Last);
