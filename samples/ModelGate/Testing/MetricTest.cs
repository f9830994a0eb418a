using System.Globalization;
using ModelGate.Hub;

namespace ModelGate.Testing;

/// <summary>Is the metric that counts not worse than the live version's by more than is tolerated?</summary>
public static class MetricTest
{
    public const string Name = "metrics";

    public static TestResult Run(GateSettings settings, ModelVersion? live, Comparison? comparison)
    {
        if (live is null || comparison is null)
        {
            return TestResult.Passed(Name, $"There is no version in {settings.Stage} to be measured against");
        }

        var metric = settings.Metric;
        var found = comparison.Metrics.FirstOrDefault(m => m.Name == metric);
        if (found?.To is not { } candidate)
        {
            return new(Name, false, $"The version's run did not log {metric}");
        }

        if (found.From is not { } baseline)
        {
            return TestResult.Passed(Name, $"{metric} is {Number(candidate)}; version {live.Version} has none to compare with");
        }

        var worse = settings.LowerIsBetter ? candidate - baseline : baseline - candidate;
        // A candidate that is no number is no better, so the question is asked this way round.
        var passes = worse <= settings.Tolerance * Math.Abs(baseline);
        return new(Name, passes, $"{metric} {Number(baseline)} → {Number(candidate)}{Share(candidate, baseline)}, {(settings.LowerIsBetter ? "lower" : "higher")} is better, {settings.Tolerance.ToString("0.##%", CultureInfo.InvariantCulture)} tolerated");
    }

    private static string Share(double candidate, double baseline) =>
        (candidate - baseline) / Math.Abs(baseline) is var share && double.IsFinite(share) ? string.Create(CultureInfo.InvariantCulture, $" ({share:+0.00%;-0.00%;0.00%})") : "";

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 1000 ? "#,0" : "G4", CultureInfo.InvariantCulture);
}
