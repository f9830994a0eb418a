using Microsoft.EntityFrameworkCore;
using MlHub.Access;

namespace MlHub.Registry;

/// <summary>One metric over the versions of a model, by number, and the other metrics there are to choose from.</summary>
public sealed record MetricLine(string? Key, IReadOnlyList<VersionPoint> Points, IReadOnlyList<KnownMetric> Known);

/// <summary>What a version's source run logged last.</summary>
public sealed record VersionPoint(int Version, Stage Stage, double Value);

/// <summary>Follows metrics over the versions of models.</summary>
public sealed class MetricLines(HubDbFactory hub)
{
    /// <summary>The tag of a model that names the metric it is judged by.</summary>
    public const string KeyMetricTag = "mlhub.key_metric";

    private const int MostMetrics = 1000;
    private const int MostPoints = 2000;

    /// <param name="caller">Sees only what runs logged that they may read.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="key">The metric wanted; null for the one that the model is judged by.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<MetricLine> ReadAsync(Caller caller, string model, string? key, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var found = await db.ModelAsync(caller, model, RegistryPermission.Read, cancel);
        var metrics = db.MetricsOf(caller, db.ModelVersions.Where(v => v.ModelId == found.Id));
        var known = await metrics.GroupBy(m => m.Key)
            .Select(g => new { g.Key, Versions = g.Count() })
            .OrderByDescending(m => m.Versions).ThenBy(m => m.Key).Take(MostMetrics).ToListAsync(cancel);
        var names = known.Select(m => new KnownMetric(m.Key, m.Versions)).ToList();
        var tag = await db.RegisteredModelTags.Where(t => t.ModelId == found.Id && t.Key == KeyMetricTag).Select(t => t.Value).FirstOrDefaultAsync(cancel);
        var chosen = VersionMetrics.Choose(key ?? tag, names);
        if (chosen is null)
        {
            return new(null, [], names);
        }

        var points = await metrics.Where(m => m.Key == chosen).OrderByDescending(m => m.Number).Take(MostPoints).ToListAsync(cancel);
        points.Reverse();
        return new(chosen, [.. points.Select(p => new VersionPoint(p.Number, p.Stage, p.Value))], names);
    }
}
