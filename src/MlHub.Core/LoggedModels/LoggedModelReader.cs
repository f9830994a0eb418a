using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Registry;

namespace MlHub.LoggedModels;

/// <summary>Reads whole logged models, many at once. Whoever calls has asked for the right to read them.</summary>
internal static class LoggedModelReader
{
    /// <summary>The models in the order of their keys; one that is gone is left out.</summary>
    public static async Task<List<LoggedModelDetails>> ReadAsync(HubDb db, Caller caller, IReadOnlyList<long> keys, CancellationToken cancel)
    {
        if (keys.Count == 0)
        {
            return [];
        }

        var models = await db.LoggedModels.AsNoTracking().AsSplitQuery().Include(m => m.Params).Include(m => m.Tags)
            .Where(m => keys.Contains(m.Key)).ToDictionaryAsync(m => m.Key, cancel);
        var experiments = models.Values.Select(m => m.ExperimentId).Distinct().ToList();
        var locations = await db.Experiments.Where(e => experiments.Contains(e.Id)).ToDictionaryAsync(e => e.Id, e => e.ArtifactLocation, cancel);
        var metrics = (await MetricsAsync(db, keys, cancel)).ToLookup(m => m.LoggedModelKey);
        var registrations = await RegistrationsAsync(db, caller, keys, cancel);
        foreach (var model in models.Values)
        {
            model.Params.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
            model.Tags.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        }

        return [.. keys.Where(models.ContainsKey).Select(k => new LoggedModelDetails(models[k], locations[models[k].ExperimentId], [.. metrics[k]], [.. registrations[k]]))];
    }

    /// <summary>The metrics of these models as they were logged, of each only the last where there are very many.</summary>
    public static async Task<List<LoggedModelMetric>> MetricsAsync(HubDb db, IReadOnlyList<long> keys, CancellationToken cancel)
    {
        var found = await db.LoggedModels.Where(m => keys.Contains(m.Key))
            .SelectMany(m => db.LoggedModelMetrics.Where(x => x.LoggedModelKey == m.Key).OrderByDescending(x => x.Id).Take(Limits.LoggedModelMetricsRead))
            .AsNoTracking().ToListAsync(cancel);
        found.Sort((a, b) => a.Id.CompareTo(b.Id));
        return found;
    }

    private static async Task<ILookup<long, Registration>> RegistrationsAsync(HubDb db, Caller caller, IReadOnlyList<long> keys, CancellationToken cancel)
    {
        var found = await db.ModelVersions.Where(v => v.LoggedModelKey != null && keys.Contains(v.LoggedModelKey.Value))
            .Join(db.RegisteredModels.ReadableBy(db, caller), v => v.ModelId, m => m.Id, (v, m) => new { v.LoggedModelKey, m.Name, v.Number, v.Stage, v.Id })
            .OrderByDescending(v => v.Id).Take(Limits.LoggedModelRegistrationsRead).ToListAsync(cancel);
        return found.ToLookup(v => v.LoggedModelKey!.Value, v => new Registration(new(v.Name, v.Number), v.Stage));
    }
}
