using MlHub.Serving.Monitoring;

namespace MlHub.Web.Serving;

/// <summary>What the charts of a served model draw, as their script reads it: one value for each step, null where there is none.</summary>
/// <param name="From">Seconds since 1970, as <paramref name="To"/>.</param>
/// <param name="Times">Where each step begins.</param>
public sealed record PlottedCalls(double From, double To, IReadOnlyList<double> Times, IReadOnlyList<PlottedVersion> Versions)
{
    public static PlottedCalls Of(MeasuredSeries series) => new(
        Seconds(series.From), Seconds(series.To), [.. Enumerable.Range(0, series.Steps).Select(i => Seconds(series.At(i)))],
        [.. series.Versions.Select(v => new PlottedVersion(
            v.Number, PerSecond(series, v, c => c.Requests), PerSecond(series, v, c => c.Failed), PerSecond(series, v, c => c.Refused), Milliseconds(v, 0.5), Milliseconds(v, 0.95), Milliseconds(v, 0.99)))]);

    private static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;

    private static List<double> PerSecond(MeasuredSeries series, MeasuredVersion version, Func<CallCounts, long> of) =>
        [.. version.Steps.Select((s, i) => s is null ? 0 : Math.Round(of(s) / series.SecondsOf(i), 4))];

    private static List<double?> Milliseconds(MeasuredVersion version, double share) =>
        [.. version.Steps.Select(s => s?.Latencies.Percentile(share) is { } seconds ? Math.Round(seconds * 1000, 3) : (double?)null)];
}

/// <summary>A version's lines: per second, and milliseconds.</summary>
public sealed record PlottedVersion(
    int Number, IReadOnlyList<double> Requests, IReadOnlyList<double> Failed, IReadOnlyList<double> Refused, IReadOnlyList<double?> P50, IReadOnlyList<double?> P95, IReadOnlyList<double?> P99);
