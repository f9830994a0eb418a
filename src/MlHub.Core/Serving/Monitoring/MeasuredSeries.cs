namespace MlHub.Serving.Monitoring;

/// <summary>What was measured of a model's versions, in steps of one length.</summary>
/// <param name="ModelId">The registered model.</param>
/// <param name="From">Where the first step begins.</param>
/// <param name="To">The moment at which it was read, within the last step.</param>
/// <param name="Step">How long each is.</param>
/// <param name="Versions">Those that were asked in this time, newest first.</param>
public sealed record MeasuredSeries(long ModelId, DateTimeOffset From, DateTimeOffset To, TimeSpan Step, IReadOnlyList<MeasuredVersion> Versions)
{
    /// <summary>The last step has only begun.</summary>
    private const double LeastSeconds = 2;

    public int Steps => (int)((To - From) / Step) + 1;

    public DateTimeOffset At(int step) => From + (Step * step);

    /// <summary>How much of a step has passed, in seconds.</summary>
    public double SecondsOf(int step) => Math.Clamp((To - At(step)).TotalSeconds, LeastSeconds, Step.TotalSeconds);
}

/// <summary>A version's part.</summary>
/// <param name="Number">Within the model.</param>
/// <param name="Whole">Of the whole time.</param>
/// <param name="Steps">One for each step; null where nobody asked.</param>
public sealed record MeasuredVersion(int Number, CallCounts Whole, IReadOnlyList<CallCounts?> Steps);
