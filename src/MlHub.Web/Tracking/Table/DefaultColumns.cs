using MlHub.Tracking;
using MlHub.Tracking.Metrics;
using MlHub.Tracking.Table;

namespace MlHub.Web.Tracking.Table;

/// <summary>Which columns a runs table shows to somebody who chose none: metrics that tell how good a model is, both sooner where they differ.</summary>
public static class DefaultColumns
{
    private const int OfEach = 5;

    public static List<ShownColumn> Choose(RunColumns known)
    {
        var most = known.Metrics.Count == 0 ? 0 : known.Metrics.Max(m => m.Runs);
        var metrics = known.Metrics.Where(m => !MetricNames.IsOfSystem(m.Key)).OrderByDescending(m => m.Runs > most / 2).ThenByDescending(m => m.Differs).ThenByDescending(m => MetricNames.Telling(m.Key)).ThenByDescending(m => m.Runs);
        return
        [
            .. metrics.Take(OfEach).Select(m => new ShownColumn(ColumnKind.Metric, m.Key)),
            .. known.Params.OrderByDescending(p => p.Differs).Take(OfEach).Select(p => new ShownColumn(ColumnKind.Param, p.Key)),
        ];
    }
}
