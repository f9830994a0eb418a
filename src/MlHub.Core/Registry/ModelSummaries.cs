using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Reviews;

namespace MlHub.Registry;

/// <summary>A model as a list shows it, beside what a search answers: which versions are where, what is asked for, how the key metric went.</summary>
public sealed record ModelSummary(
    RegisteredModel Model, RegistryPermission Permission, ModelVersion? Latest, IReadOnlyList<int> Staging, IReadOnlyList<int> Production,
    int OpenRequests, string? Metric, IReadOnlyList<VersionPoint> Line);

/// <summary>What the readable models can be narrowed by, each with how many models it leaves.</summary>
public sealed record ModelFacets(
    int Models, IReadOnlyDictionary<Stage, int> Stages, IReadOnlyList<(string Owner, int Models)> Owners, IReadOnlyList<(string Key, string Value, int Models)> Tags);

/// <summary>Tells what a list of models shows. What the caller may not read is neither listed nor counted.</summary>
public sealed class ModelSummaries(HubDbFactory hub)
{
    /// <summary>MLflow keeps prompts among the models; lists of models leave them out.</summary>
    public const string PromptTag = RegistrySubjects.PromptTag;

    private const int LineVersions = 12;
    private const int MostFacets = 50;

    /// <summary>The summaries of those models that the caller may read, in the order asked for.</summary>
    public async Task<List<ModelSummary>> ReadAsync(Caller caller, IReadOnlyList<long> modelIds, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var models = await db.RegisteredModels.AsNoTracking().Include(m => m.Tags).Include(m => m.Aliases).AsSplitQuery()
            .ReadableBy(db, caller).Where(m => modelIds.Contains(m.Id)).ToDictionaryAsync(m => m.Id, cancel);
        var ids = models.Keys.ToList();
        var live = await db.ModelVersions.Where(v => ids.Contains(v.ModelId) && (v.Stage == Stage.Staging || v.Stage == Stage.Production))
            .Select(v => new { v.ModelId, v.Stage, v.Number }).ToListAsync(cancel);
        var latest = await db.ModelVersions.AsNoTracking()
            .Where(v => ids.Contains(v.ModelId) && !db.ModelVersions.Any(w => w.ModelId == v.ModelId && w.Number > v.Number))
            .ToDictionaryAsync(v => v.ModelId, cancel);
        var requests = await (
            from request in db.TransitionRequests
            where request.State == RequestState.Open
            join version in db.ModelVersions on request.VersionId equals version.Id
            where ids.Contains(version.ModelId)
            group request by version.ModelId into g
            select new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancel);
        var permissions = await PermissionsAsync(db, caller, ids, cancel);
        var lines = await LinesAsync(db, caller, models, cancel);
        var byStage = live.ToLookup(v => (v.ModelId, v.Stage), v => v.Number);
        return
        [
            .. modelIds.Where(models.ContainsKey).Select(id => new ModelSummary(
                models[id], permissions(id), latest.GetValueOrDefault(id),
                [.. byStage[(id, Stage.Staging)].OrderDescending()], [.. byStage[(id, Stage.Production)].OrderDescending()],
                requests.GetValueOrDefault(id), lines[id].Key, lines[id].Points)),
        ];
    }

    public async Task<ModelFacets> FacetsAsync(Caller caller, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var models = db.RegisteredModels.ReadableBy(db, caller).Where(m => !m.Tags.Any(t => t.Key == PromptTag && t.Value == "true"));
        var count = await models.CountAsync(cancel);
        var stages = await db.ModelVersions.Where(v => models.Any(m => m.Id == v.ModelId))
            .GroupBy(v => v.Stage).Select(g => new { g.Key, Count = g.Select(v => v.ModelId).Distinct().Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, cancel);
        var owners = await models.GroupBy(m => m.CreatedBy).Select(g => new { g.Key, Count = g.Count() })
            .OrderByDescending(g => g.Count).ThenBy(g => g.Key).Take(MostFacets).ToListAsync(cancel);
        // Long values are texts, not something to sort models by.
        var tags = await db.RegisteredModelTags.Where(t => models.Any(m => m.Id == t.ModelId) && t.Value.Length <= 100)
            .GroupBy(t => new { t.Key, t.Value }).Select(g => new { g.Key, Count = g.Count() })
            .OrderByDescending(g => g.Count).ThenBy(g => g.Key.Key).ThenBy(g => g.Key.Value).Take(MostFacets).ToListAsync(cancel);
        return new(
            count, stages, [.. owners.Select(o => (o.Key, o.Count))],
            [.. tags.Where(t => !t.Key.Key.StartsWith("mlflow.", StringComparison.Ordinal) && t.Key.Key != MetricLines.KeyMetricTag).Select(t => (t.Key.Key, t.Key.Value, t.Count))]);
    }

    /// <summary>The readable models that the caller may add versions to, by name.</summary>
    public async Task<List<string>> EditableAsync(Caller caller, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await db.RegisteredModels.Where(m => !m.Tags.Any(t => t.Key == PromptTag && t.Value == "true"))
            .Where(m => caller.IsAdmin || db.GrantsOf(caller).Any(g => (g.ModelId == null || g.ModelId == m.Id) && g.Permission >= RegistryPermission.Edit))
            .OrderBy(m => m.Name).Select(m => m.Name).Take(1000).ToListAsync(cancel);
    }

    private static async Task<Func<long, RegistryPermission>> PermissionsAsync(HubDb db, Caller caller, List<long> ids, CancellationToken cancel)
    {
        if (caller.IsAdmin)
        {
            return _ => RegistryPermission.Manage;
        }

        var grants = await db.GrantsOf(caller).Where(g => g.ModelId == null || ids.Contains(g.ModelId.Value)).ToListAsync(cancel);
        return id => grants.Where(g => g.ModelId is null || g.ModelId == id).Select(g => g.Permission).DefaultIfEmpty().Max();
    }

    private static async Task<Dictionary<long, (string? Key, List<VersionPoint> Points)>> LinesAsync(
        HubDb db, Caller caller, Dictionary<long, RegisteredModel> models, CancellationToken cancel)
    {
        var ids = models.Keys.ToList();
        var newest = from version in db.ModelVersions
                     join model in db.RegisteredModels on version.ModelId equals model.Id
                     where ids.Contains(model.Id) && version.Number > model.LastVersion - LineVersions
                     select version;
        var metrics = db.MetricsOf(caller, newest);
        var known = (await metrics.GroupBy(m => new { m.ModelId, m.Key }).Select(g => new { g.Key.ModelId, g.Key.Key, Versions = g.Count() }).ToListAsync(cancel))
            .ToLookup(m => m.ModelId, m => new KnownMetric(m.Key, m.Versions));
        var chosen = models.Values.ToDictionary(
            m => m.Id, m => VersionMetrics.Choose(m.Tags.FirstOrDefault(t => t.Key == MetricLines.KeyMetricTag)?.Value, [.. known[m.Id]]));
        var keys = chosen.Values.OfType<string>().Distinct().ToList();
        var points = (await metrics.Where(m => keys.Contains(m.Key)).OrderBy(m => m.Number).ToListAsync(cancel)).ToLookup(m => (m.ModelId, m.Key));
        return chosen.ToDictionary(
            c => c.Key,
            c => (c.Value, c.Value is null ? [] : points[(c.Key, c.Value)].Select(p => new VersionPoint(p.Number, p.Stage, p.Value)).ToList()));
    }
}
