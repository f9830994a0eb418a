using System.Globalization;
using MlHub.Serving.Traffic;

namespace MlHub.Web.Serving;

/// <summary>What rules do, in words.</summary>
internal static class TrafficWords
{
    public static string Of(TrafficRule rule) => rule.Kind == TrafficKind.Shadow
        ? Told($"v{rule.Version} as a shadow of {rule.Percent:0.##} % of {rule.Selector}")
        : Told($"{(rule.Kind == TrafficKind.Canary ? "Canary of" : "Share of")} {rule.Percent:0.##} % of {rule.Selector} for v{rule.Version}");

    /// <summary>When a canary is taken back.</summary>
    public static string OfLimits(TrafficRule rule) => Told(
        $"Taken back {string.Join(" or ", new[] { OfErrors(rule), OfTime(rule) }.OfType<string>())}, judged from {rule.LeastRequests} requests on.");

    public static string Percent(double percent) => Told($"{percent:0.##} %");

    private static string? OfErrors(TrafficRule rule) => rule.MostErrorPercent is { } errors ? Told($"above {errors:0.##} % of failures") : null;

    private static string? OfTime(TrafficRule rule) => rule.MostMilliseconds is { } time ? Told($"where the 95th percentile is above {time:0.##} ms") : null;

    private static string Told(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
