using MlHub.Access;
using MlHub.Tracking.Metrics;

namespace MlHub.Registry;

/// <summary>The metrics of a version are those that its source run logged, for those who may read that run.</summary>
internal static class VersionMetrics
{
    /// <summary>The latest value of each metric, as a query to narrow.</summary>
    public static IQueryable<VersionMetric> MetricsOf(this HubDb db, Caller caller, IQueryable<ModelVersion> versions)
    {
        var readable = db.Experiments.ReadableBy(db, caller);
        return
            from version in versions
            join run in db.Runs on version.RunId equals run.RunId
            where readable.Any(e => e.Id == run.ExperimentId)
            join series in db.MetricSeries on run.Key equals series.RunKey
            select new VersionMetric
            {
                ModelId = version.ModelId,
                Number = version.Number,
                Stage = version.Stage,
                Key = series.Key,
                Stored = series.Value,
                Kind = series.Kind,
            };
    }

    /// <summary>The metric that a model is judged by: the one its tag names, or else the most telling that most versions have.</summary>
    public static string? Choose(string? wanted, IReadOnlyList<KnownMetric> known)
    {
        if (wanted is not null && known.Any(m => m.Key == wanted))
        {
            return wanted;
        }

        var most = known.Count == 0 ? 0 : known.Max(m => m.Versions);
        return known.Where(m => !MetricNames.IsOfSystem(m.Key))
            .OrderByDescending(m => m.Versions * 2 > most)
            .ThenByDescending(m => MetricNames.Telling(m.Key))
            .ThenByDescending(m => m.Versions)
            .ThenBy(m => m.Key.Length)
            .ThenBy(m => m.Key, StringComparer.Ordinal)
            .FirstOrDefault()?.Key;
    }
}

/// <summary>A metric that versions of a model have, and how many of them.</summary>
public sealed record KnownMetric(string Key, int Versions);

/// <summary>A row of the query above.</summary>
internal sealed class VersionMetric
{
    public long ModelId { get; init; }
    public int Number { get; init; }
    public Stage Stage { get; init; }
    public required string Key { get; init; }
    public double Stored { get; init; }
    public MetricKind Kind { get; init; }

    public double Value => new MetricValue(Stored, Kind).Logged;
}
