namespace MlHub.Web.Serving;

/// <summary>How far back the charts of a served model look, and how often an open page reads them again: what is long changes slowly and costs more to read.</summary>
/// <param name="Words">As in <c>in the last 15 minutes</c>.</param>
public sealed record ChartWindow(int Minutes, string Label, string Words, TimeSpan Freshness)
{
    public static IReadOnlyList<ChartWindow> All { get; } =
    [
        new(15, "15 min", "15 minutes", TimeSpan.FromSeconds(0.5)), new(60, "1 h", "hour", TimeSpan.FromSeconds(0.5)), new(6 * 60, "6 h", "6 hours", TimeSpan.FromSeconds(5)),
        new(24 * 60, "24 h", "24 hours", TimeSpan.FromSeconds(15)), new(14 * 24 * 60, "14 d", "14 days", TimeSpan.FromMinutes(1)),
    ];

    /// <summary>The shortest where none or another one is named.</summary>
    public static ChartWindow Of(int? minutes) => All.FirstOrDefault(w => w.Minutes == minutes) ?? All[0];
}
