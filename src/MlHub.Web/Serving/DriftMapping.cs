using MlHub.Protocol.Serving;
using MlHub.Serving.Drift;

namespace MlHub.Web.Serving;

/// <summary>Between drift and its messages.</summary>
public static class DriftMapping
{
    public static DriftResponse ToMessage(this DriftReport report, string name) => new(
        name, $"{report.Version}", report.From.ToUnixTimeMilliseconds(), report.Sample, report.SampleRows, report.Requests, report.Rows,
        [.. report.Features.Select(ToMessage)], [.. report.Predictions.Select(ToMessage)], report.Why, string.IsNullOrEmpty(report.WhyNoPredictions) ? null : report.WhyNoPredictions);

    private static ColumnDriftMessage ToMessage(ColumnDrift column) => new(
        column.Name, column.IsNumber ? "number" : "text", column.Verdict.ToString().ToUpperInvariant(), column.StabilityIndex, column.Statistic, column.Probability, column.Expected, column.Actual,
        [.. column.Bins.Select(b => new DriftBinMessage(b.Label, b.Expected, b.Actual))]);
}
