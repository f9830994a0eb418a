using Microsoft.EntityFrameworkCore;
using MlHub.Access;

namespace MlHub.Tracking.Metrics;

/// <summary>Finds one metric of several runs.</summary>
internal static class ReadableSeries
{
    /// <summary>In the order of the runs asked for, each once; without those that are absent, unreadable or have no such metric.</summary>
    public static async Task<List<(string RunId, MetricSeries Series)>> ReadableSeriesAsync(
        this HubDb db, Caller caller, IReadOnlyCollection<string> runIds, string key, CancellationToken cancel)
    {
        var readable = db.Experiments.ReadableBy(db, caller).Select(e => e.Id);
        var found = await (
            from run in db.Runs
            join series in db.MetricSeries.AsNoTracking() on run.Key equals series.RunKey
            where EF.Parameter(runIds).Contains(run.RunId) && readable.Contains(run.ExperimentId) && series.Key == key
            select new { run.RunId, Series = series }).ToDictionaryAsync(s => s.RunId, s => s.Series, cancel);
        return [.. runIds.Distinct().Where(found.ContainsKey).Select(r => (r, found[r]))];
    }
}
