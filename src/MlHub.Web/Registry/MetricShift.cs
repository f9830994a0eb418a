using System.Globalization;
using MlHub.Compare;
using MlHub.Web.Ui;

namespace MlHub.Web.Registry;

/// <summary>How far a metric is from the one it is held against, in a few characters, and whether that is <c>better</c> or <c>worse</c>.</summary>
public sealed record MetricShift(string Text, string Trend)
{
    /// <summary>In per cent where that makes sense; null where there is nothing to tell.</summary>
    public static MetricShift? OrNull(string metric, double value, double against)
    {
        var change = value - against;
        if (change == 0 || !double.IsFinite(change))
        {
            return null;
        }

        var sign = change > 0 ? "+" : "−";
        var text = against == 0
            ? sign + Format.Number(Math.Abs(change))
            : string.Create(CultureInfo.InvariantCulture, $"{sign}{Math.Abs(change / against) * 100:0.##} %");
        return new(text, MetricRules.Trend(value, against, MetricRules.DirectionOf(metric)).ToString().ToLowerInvariant());
    }
}
