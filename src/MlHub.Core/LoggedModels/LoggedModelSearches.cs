using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Tracking;
using MlHub.Tracking.Search;

namespace MlHub.LoggedModels;

/// <summary>Finds logged models on somebody's behalf: one by its id, or many by what they are.</summary>
public sealed class LoggedModelSearches(HubDbFactory hub)
{
    private const int MostOfRun = 200;

    /// <exception cref="HubException">NotFound where the model is absent, deleted or unreadable.</exception>
    public async Task<LoggedModelDetails> GetAsync(Caller caller, string modelId, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var model = await db.LoggedModelAsync(caller, modelId, Permission.Read, cancel);
        return (await LoggedModelReader.ReadAsync(db, caller, [model.Key], cancel)).Single();
    }

    /// <summary>Finds nothing in experiments that the caller may not read, as if they did not exist.</summary>
    /// <exception cref="HubException">Invalid where the filter, the order, the number of results or the page token is wrong.</exception>
    public async Task<Page<LoggedModelDetails>> SearchAsync(Caller caller, LoggedModelSearch search, CancellationToken cancel)
    {
        var (orderBy, datasets) = (search.OrderBy ?? [], search.Datasets);
        if (orderBy.Count > Limits.OrderTerms || datasets.Count > Limits.SearchDatasets)
        {
            throw HubException.Invalid($"Invalid search: at most {Limits.OrderTerms} fields in 'order_by' and {Limits.SearchDatasets} 'datasets'.");
        }

        await using var db = hub.Open();
        var readable = await db.ReadableOfAsync(caller, search.ExperimentIds, cancel);
        var order = orderBy.Select(LoggedModelSubject.OrderBy).DistinctBy(o => o.Field.ToString()).ToList();
        var size = KeySearch.PageSize(search.MaxResults, Limits.SearchLoggedModelsDefault, Limits.SearchLoggedModelsMax);
        var keys = await new KeySearch(
            LoggedModelSubject.On(datasets), readable, search.ExperimentIds, search.Filter, ViewType.ActiveOnly, order, search.PageToken).PageAsync(db, size, cancel);
        return new(await LoggedModelReader.ReadAsync(db, caller, keys.Items, cancel), keys.NextPageToken);
    }

    /// <summary>The models that a run made or read, as far as the caller may read them, by id.</summary>
    public async Task<Dictionary<string, LoggedModelDetails>> OfRunAsync(Caller caller, RunDetails run, CancellationToken cancel)
    {
        var (runId, linked) = (run.Run.RunId, run.Models.Select(m => m.ModelId).Distinct().Take(MostOfRun).ToList());
        await using var db = hub.Open();
        var readable = db.Experiments.ReadableBy(db, caller);
        var keys = await db.LoggedModels
            .Where(m => (m.SourceRunId == runId || linked.Contains(m.ModelId)) && !m.IsDeleted && readable.Any(e => e.Id == m.ExperimentId))
            .OrderByDescending(m => m.Key).Take(MostOfRun).Select(m => m.Key).ToListAsync(cancel);
        return (await LoggedModelReader.ReadAsync(db, caller, keys, cancel)).ToDictionary(m => m.Model.ModelId);
    }

    /// <summary>How many there are in an experiment that the caller may read.</summary>
    public async Task<int> CountAsync(Caller caller, long experimentId, CancellationToken cancel)
    {
        await using var db = hub.Open();
        await db.ExperimentAsync(caller, experimentId, Permission.Read, cancel);
        return await db.LoggedModels.CountAsync(m => m.ExperimentId == experimentId && !m.IsDeleted, cancel);
    }
}
