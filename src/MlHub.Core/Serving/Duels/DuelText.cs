using System.Globalization;
using MlHub.Reviews;

namespace MlHub.Serving.Duels;

/// <summary>What a duel says as a check.</summary>
internal static class DuelText
{
    public static CheckOutcome Outcome(DuelReport report)
    {
        var (order, result) = (report.Order, report.Result!);
        var present = $"version {result.Present}";
        if (result.Rows == 0)
        {
            var why = result.LeftOut.Count > 0 ? result.LeftOut[0].Why : result.Error ?? "neither version answered";
            return CheckOutcome.Failed($"No answer could be compared with that of {present}: {why}", report.Block);
        }

        var isEnough = result.Agreement >= order.MinimumAgreement;
        var summary = $"{Percent(result.Agreement)} of {Count(result.Rows, "answer")} equal to those of {present}{(isEnough ? "" : $", {Percent(order.MinimumAgreement)} are asked for")}"
            + $"; p95 {Milliseconds(result.CandidateLatency.P95)} against {Milliseconds(result.PresentLatency.P95)}"
            + (result.CandidateErrors > 0 ? $"; {Count(result.CandidateErrors, "request")} failed" : "");
        return new(isEnough ? CheckState.Passed : CheckState.Failed, summary, Details(report));
    }

    private static string Details(DuelReport report)
    {
        var (order, result) = (report.Order, report.Result!);
        List<string> parts =
        [
            $"{Count(result.Replayed, "request")} that callers sent to version {result.Present} were asked of both versions, in turns. Numbers are equal within {Percent(order.Tolerance)} of the larger one; the check passes from {Percent(order.MinimumAgreement)}.",
            .. result.LeftOut.Select(l => $"{Count(l.Requests, "request")} left out: {CheckOutcome.Plain(l.Why)}."),
            CheckOutcome.Table(
                ["", $"version {result.Present}", "this version", "as captured"],
                [
                    ["p50", Milliseconds(result.PresentLatency.P50), Milliseconds(result.CandidateLatency.P50), Milliseconds(result.Captured.P50)],
                    ["p95", Milliseconds(result.PresentLatency.P95), Milliseconds(result.CandidateLatency.P95), Milliseconds(result.Captured.P95)],
                    ["failed", $"{result.PresentErrors}", $"{result.CandidateErrors}", ""],
                ]),
            CheckOutcome.Table(
                ["Output", "equal", "mean difference", "largest", "mean relative", "largest relative"],
                result.Outputs.Select(o => new[] { o.Name, $"{o.Equal} of {o.Values}", Number(o.MeanAbsolute), Number(o.MaxAbsolute), o.MeanRelative is { } mean ? Percent(mean) : "–", o.MaxRelative is { } most ? Percent(most) : "–" })),
            report.Block,
        ];
        return string.Join("\n", parts);
    }

    private static string Count(int count, string noun) => $"{count.ToString("N0", CultureInfo.InvariantCulture)} {noun}{(count == 1 ? "" : "s")}";

    private static string Percent(double share) => (share * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    private static string Milliseconds(double? milliseconds) => milliseconds is { } ms ? ms.ToString("0.##", CultureInfo.InvariantCulture) + " ms" : "–";

    private static string Number(double? value) => value?.ToString("G5", CultureInfo.InvariantCulture) ?? "–";
}
