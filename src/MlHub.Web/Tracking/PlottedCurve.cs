using MlHub.Tracking.Metrics;

namespace MlHub.Web.Tracking;

/// <summary>A curve as the browser's chart takes it: plain arrays. JSON has no NaN and no infinity, so those stand apart.</summary>
public sealed record PlottedCurve(string Key, long Total, long[] Steps, long[] Times, double?[] Values, OddPoint[] Odd)
{
    public static PlottedCurve Of(Curve curve) => new(
        curve.Key, curve.Total,
        [.. curve.Points.Select(p => p.Step)], [.. curve.Points.Select(p => p.Timestamp)],
        [.. curve.Points.Select(p => double.IsFinite(p.Value) ? p.Value : (double?)null)],
        [.. curve.Points.Select((p, i) => (p.Value, i)).Where(p => !double.IsFinite(p.Value)).Select(p => new OddPoint(p.i, Name(p.Value)))]);

    private static string Name(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "+∞" : "−∞";
}

/// <summary>A point that is no number, by its place in the arrays.</summary>
public sealed record OddPoint(int At, string Is);
