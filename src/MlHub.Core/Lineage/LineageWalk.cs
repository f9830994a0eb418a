using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.DataVersions;
using MlHub.LoggedModels;
using MlHub.Registry;
using MlHub.Serving;
using MlHub.Tracking;

namespace MlHub.Lineage;

/// <summary>A graph in the making: each step adds what one relation leads to.</summary>
internal sealed class LineageWalk(HubDb db, Caller caller, LineageId focus, CancellationToken cancel)
{
    private readonly Dictionary<LineageId, LineageNode> _nodes = [];
    private readonly HashSet<LineageEdge> _edges = [];
    private readonly List<LineageMore> _more = [];

    public HubDb Db => db;

    public Caller Caller => caller;

    public LineageId Focus => focus;

    public CancellationToken Cancel => cancel;

    private IQueryable<Experiment> Readable => db.Experiments.ReadableBy(db, caller);

    public LineageGraph Graph() => new(focus, [.. _nodes.Values], [.. _edges.Where(e => _nodes.ContainsKey(e.From) && _nodes.ContainsKey(e.To))], _more);

    public void Add(LineageNode node) => _nodes.TryAdd(node.Id, node);

    public static LineageNode NodeOf(LoggedModel model) => new(new(LineageKind.LoggedModel, model.ModelId), model.Name) { ExperimentId = model.ExperimentId };

    public static LineageId RunId(string id) => new(LineageKind.Run, id);

    public async Task<IReadOnlyList<RunDetails>> ReadersOfDatasetAsync(string digest)
    {
        var datasets = await db.Datasets.AsNoTracking().Where(d => d.Digest == digest && Readable.Any(e => e.Id == d.ExperimentId))
            .OrderByDescending(d => d.Id).Take(Limits.LineageBreadth).ToListAsync(cancel);
        if (datasets.Count == 0)
        {
            throw HubException.NotFound($"No dataset with the digest '{LogRules.Shown(digest)}' was found.");
        }

        Add(new(focus, string.Join(", ", datasets.Select(d => d.Name).Distinct()), DataSource.Of(datasets[0]).Kind) { ExperimentId = datasets[0].ExperimentId });
        var ids = datasets.ConvertAll(d => d.Id);
        var readers = db.Runs.Where(r => !r.IsDeleted && Readable.Any(e => e.Id == r.ExperimentId) && db.RunInputs.Any(i => i.RunKey == r.Key && ids.Contains(i.DatasetId)));
        var runs = await AddRunsAsync(readers, focus);
        Link(runs.Select(r => new LineageEdge(focus, RunId(r.Run.RunId), "read by")));
        return runs;
    }

    /// <summary>Runs that the caller may read.</summary>
    public async Task<IReadOnlyList<RunDetails>> AddRunsAsync(IReadOnlyList<long> keys)
    {
        var runs = (await RunReader.ReadAsync(db, keys, cancel)).Select(r => r.Details).ToList();
        foreach (var run in runs)
        {
            Add(new(RunId(run.Run.RunId), run.Run.Name) { ExperimentId = run.Run.ExperimentId, Status = run.Run.Status });
        }

        return runs;
    }

    /// <summary>What the runs read and were made with, and the run that they are parts of.</summary>
    public async Task AddSourcesAsync(IReadOnlyList<RunDetails> runs)
    {
        foreach (var run in runs)
        {
            foreach (var source in LineageSources.Of(run))
            {
                Add(source);
                Link([new(source.Id, RunId(run.Run.RunId), source.Id.Kind == LineageKind.Code ? "code of" : "read by")]);
            }
        }

        var parents = runs.Select(r => (r.Run.RunId, Parent: r.Tags.FirstOrDefault(t => t.Key == RunFamilies.ParentTag).Value)).Where(p => p.Parent is not null).ToList();
        var parentIds = parents.ConvertAll(p => p.Parent);
        await AddRunsAsync(await db.Runs.Where(r => parentIds.Contains(r.RunId) && Readable.Any(e => e.Id == r.ExperimentId)).Select(r => r.Key).ToListAsync(cancel));
        Link(parents.Select(p => new LineageEdge(RunId(p.Parent), RunId(p.RunId), "parent of")));
        var read = runs.SelectMany(r => r.Models.Where(m => m.Link == ModelLink.Input).Select(m => (r.Run.RunId, m.ModelId))).Distinct().Take(Limits.LineageBreadth).ToList();
        var models = await AddModelsAsync(ModelsOf(read.ConvertAll(r => r.ModelId)));
        Link(read.Select(r => new LineageEdge(new(LineageKind.LoggedModel, r.ModelId), RunId(r.RunId), "read by")));
        var makers = models.Select(m => m.SourceRunId).OfType<string>().ToList();
        await AddRunsAsync(await ReadableRunsAsync(makers));
        Link(models.Where(m => m.SourceRunId is not null).Select(m => new LineageEdge(RunId(m.SourceRunId!), NodeOf(m).Id, "made")));
    }

    public async Task AddChildrenAsync(Run run)
    {
        var children = db.Runs.Where(r => r.ExperimentId == run.ExperimentId && !r.IsDeleted && db.RunTags.Any(t => t.RunKey == r.Key && t.Key == RunFamilies.ParentTag && t.Value == run.RunId));
        Link((await AddRunsAsync(children, focus)).Select(c => new LineageEdge(focus, RunId(c.Run.RunId), "parent of")));
    }

    /// <summary>The logged models that the runs made and the versions that came of both.</summary>
    public async Task AddMadeByAsync(IReadOnlyList<RunDetails> runs)
    {
        var ids = runs.Select(r => r.Run.RunId).ToList();
        var outputs = runs.SelectMany(r => r.Models.Where(m => m.Link == ModelLink.Output).Select(m => (r.Run.RunId, m.ModelId))).ToList();
        var outputIds = outputs.ConvertAll(o => o.ModelId);
        var models = await AddModelsAsync(db.LoggedModels.Where(m => !m.IsDeleted && (ids.Contains(m.SourceRunId!) || outputIds.Contains(m.ModelId)) && Readable.Any(e => e.Id == m.ExperimentId)));
        Link(models.Where(m => m.SourceRunId is not null).Select(m => new LineageEdge(RunId(m.SourceRunId!), NodeOf(m).Id, "made")));
        Link(outputs.Select(o => new LineageEdge(RunId(o.RunId), new(LineageKind.LoggedModel, o.ModelId), "made")));
        await AddVersionsOfModelsAsync(models);
        var versions = await AddVersionsAsync(db.ModelVersions.Where(v => ids.Contains(v.RunId!)));
        // What came of a logged model came of its run by way of that.
        Link(versions.Where(v => v.LoggedModelKey is not { } key || models.All(m => m.Key != key)).Select(v => new LineageEdge(RunId(v.RunId!), v.Node, "became")));
    }

    /// <summary>The runs that made the models, with what those were made from.</summary>
    public async Task AddMakersAsync(IReadOnlyList<LoggedModel> models)
    {
        var runs = await AddRunsAsync(await ReadableRunsAsync([.. models.Select(m => m.SourceRunId).OfType<string>()]));
        Link(models.Where(m => m.SourceRunId is not null).Select(m => new LineageEdge(RunId(m.SourceRunId!), NodeOf(m).Id, "made")));
        await AddSourcesAsync(runs);
    }

    public async Task AddReadersOfModelAsync(LoggedModel model)
    {
        var readers = db.Runs.Where(r => !r.IsDeleted && Readable.Any(e => e.Id == r.ExperimentId)
            && db.RunModels.Any(m => m.RunKey == r.Key && m.Link == ModelLink.Input && m.ModelId == model.ModelId));
        Link((await AddRunsAsync(readers, focus)).Select(r => new LineageEdge(focus, RunId(r.Run.RunId), "read by")));
    }

    public async Task AddVersionsOfModelsAsync(IReadOnlyList<LoggedModel> models)
    {
        var keys = models.Select(m => m.Key).ToList();
        var versions = await AddVersionsAsync(db.ModelVersions.Where(v => v.LoggedModelKey != null && keys.Contains(v.LoggedModelKey.Value)));
        Link(versions.Select(v => new LineageEdge(NodeOf(models.First(m => m.Key == v.LoggedModelKey)).Id, v.Node, "became")));
    }

    public Task AddVersionsAsync(IReadOnlyList<long> ids) => AddVersionsAsync(db.ModelVersions.Where(v => ids.Contains(v.Id)));

    /// <summary>What a version was made from, and the versions that are copies of it.</summary>
    public async Task AddOriginAsync(FoundVersion found)
    {
        var version = found.Version;
        var model = version.LoggedModelKey is { } key ? await AddModelsAsync(db.LoggedModels.Where(m => m.Key == key && !m.IsDeleted && Readable.Any(e => e.Id == m.ExperimentId))) : [];
        await AddMakersAsync(model);
        Link(model.Select(m => new LineageEdge(NodeOf(m).Id, focus, "became")));
        if (model.Count == 0)
        {
            var runs = await AddRunsAsync(await db.Runs.Where(r => (r.RunId == version.RunId || r.Key == version.SourceRunKey) && Readable.Any(e => e.Id == r.ExperimentId)).Select(r => r.Key).ToListAsync(cancel));
            Link(runs.Select(r => new LineageEdge(RunId(r.Run.RunId), focus, "became")));
            await AddSourcesAsync(runs);
        }

        var original = await AddVersionsAsync(db.ModelVersions.Where(v => v.Id == version.SourceVersionId));
        Link(original.Select(v => new LineageEdge(v.Node, focus, "copied to")));
        var copies = await AddVersionsAsync(db.ModelVersions.Where(v => v.SourceVersionId == version.Id));
        Link(copies.Select(v => new LineageEdge(focus, v.Node, "copied to")));
    }

    private void Link(IEnumerable<LineageEdge> edges) => _edges.UnionWith(edges);

    private IQueryable<LoggedModel> ModelsOf(List<string> ids) => db.LoggedModels.Where(m => ids.Contains(m.ModelId) && !m.IsDeleted && Readable.Any(e => e.Id == m.ExperimentId));

    private Task<List<long>> ReadableRunsAsync(List<string> ids) =>
        db.Runs.Where(r => ids.Contains(r.RunId) && !r.IsDeleted && Readable.Any(e => e.Id == r.ExperimentId)).Select(r => r.Key).ToListAsync(cancel);

    /// <summary>The newest of the runs; how many more there are is said of <paramref name="of"/>.</summary>
    private async Task<IReadOnlyList<RunDetails>> AddRunsAsync(IQueryable<Run> runs, LineageId of)
    {
        var shown = await runs.OrderByDescending(r => r.StartTime).ThenByDescending(r => r.Key).Take(Limits.LineageBreadth).Select(r => r.Key).ToListAsync(cancel);
        More(of, LineageKind.Run, shown.Count < Limits.LineageBreadth ? 0 : await runs.CountAsync(cancel) - shown.Count);
        return await AddRunsAsync(shown);
    }

    private async Task<List<LoggedModel>> AddModelsAsync(IQueryable<LoggedModel> models)
    {
        var shown = await models.AsNoTracking().OrderByDescending(m => m.Key).Take(Limits.LineageBreadth).ToListAsync(cancel);
        More(focus, LineageKind.LoggedModel, shown.Count < Limits.LineageBreadth ? 0 : await models.CountAsync(cancel) - shown.Count);
        shown.ForEach(m => Add(NodeOf(m)));
        return shown;
    }

    private async Task<List<Found>> AddVersionsAsync(IQueryable<ModelVersion> versions)
    {
        var readable = versions.Join(db.RegisteredModels.ReadableBy(db, caller), v => v.ModelId, m => m.Id, (v, m) => new { Version = v, Model = m });
        var shown = await readable.OrderByDescending(v => v.Version.Id).Take(Limits.LineageBreadth)
            .Select(v => new
            {
                v.Model.Name,
                v.Version.Number,
                v.Version.Stage,
                v.Version.RunId,
                v.Version.LoggedModelKey,
                IsServed = db.RegisteredModelTags.Any(t => t.ModelId == v.Model.Id && t.Key == ServedModels.Tag),
                IsNewestInStage = !db.ModelVersions.Any(o => o.ModelId == v.Version.ModelId && o.Stage == v.Version.Stage && o.Number > v.Version.Number),
                Aliases = db.ModelAliases.Where(a => a.ModelId == v.Model.Id && a.Version == v.Version.Number).OrderBy(a => a.Alias).Select(a => a.Alias).ToList(),
            }).ToListAsync(cancel);
        More(focus, LineageKind.ModelVersion, shown.Count < Limits.LineageBreadth ? 0 : await readable.CountAsync(cancel) - shown.Count);
        return shown.ConvertAll(v =>
        {
            var key = new VersionKey(v.Name, v.Number);
            var id = new LineageId(LineageKind.ModelVersion, $"{v.Name}/{v.Number}");
            Add(new(id, v.Name, $"version {v.Number}") { Version = key, Stage = v.Stage, Aliases = v.Aliases });
            foreach (var endpoint in v.IsServed && v.Stage != Stage.Archived ? LineageEndpointNodes.Of(key, v.IsNewestInStage ? v.Stage : null, v.Aliases) : [])
            {
                Add(endpoint);
                Link([new(id, endpoint.Id, "answers")]);
            }

            return new Found(id, v.RunId, v.LoggedModelKey);
        });
    }

    private void More(LineageId of, LineageKind kind, int count)
    {
        if (count > 0)
        {
            _more.Add(new(of, kind, count));
        }
    }

    private sealed record Found(LineageId Node, string? RunId, long? LoggedModelKey);
}
