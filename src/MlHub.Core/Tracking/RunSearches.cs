using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Operations;
using MlHub.Tracking.Search;

namespace MlHub.Tracking;

/// <summary>A run that was found, and where its experiment keeps artifacts.</summary>
public sealed record FoundRun(RunDetails Details, string ExperimentLocation)
{
    public Run Run => Details.Run;

    public string ArtifactUri => ArtifactLocation.OfRun(ExperimentLocation, Run.RunId);
}

/// <summary>Finds runs on somebody's behalf: one by its id, or many by what they logged.</summary>
public sealed class RunSearches(HubDbFactory hub)
{
    /// <exception cref="HubException">NotFound where the run is absent or unreadable.</exception>
    public async Task<FoundRun> GetAsync(Caller caller, string runId, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await FoundAsync(db, caller, runId, cancel);
    }

    /// <summary>The run's params, or its tags, alone: for what shows no more of it and looks again often.</summary>
    public async Task<List<KeyValuePair<string, string>>> ParamsAsync(Caller caller, string runId, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var run = await db.RunAsync(caller, runId, Permission.Read, cancel);
        return await db.Params.Where(p => p.RunKey == run.Key).Select(p => KeyValuePair.Create(p.Key, p.Value)).ToListAsync(cancel);
    }

    /// <inheritdoc cref="ParamsAsync"/>
    public async Task<List<KeyValuePair<string, string>>> TagsAsync(Caller caller, string runId, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var run = await db.RunAsync(caller, runId, Permission.Read, cancel);
        return await db.RunTags.Where(t => t.RunKey == run.Key).Select(t => KeyValuePair.Create(t.Key, t.Value)).ToListAsync(cancel);
    }

    internal static async Task<FoundRun> FoundAsync(HubDb db, Caller caller, string runId, CancellationToken cancel)
    {
        var key = await db.ReadableRunKeyAsync(caller, runId, cancel);
        return await RunReader.ReadAsync(db, [key], cancel) is [var run] ? run : throw HubException.NotFound(RunQueries.Absent(runId));
    }

    /// <summary>Finds nothing in experiments that the caller may not read, as if they did not exist.</summary>
    /// <exception cref="HubException">Invalid where the filter, the order, the number of results or the page token is wrong.</exception>
    public async Task<Page<FoundRun>> SearchAsync(Caller caller, RunSearch search, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        await using var db = hub.Open();
        var readable = await db.ReadableOfAsync(caller, search.ExperimentIds, cancel);
        var keys = await RunQuery.PageAsync(db, readable, search, cancel);
        var found = await RunReader.ReadAsync(db, keys.Items, cancel);
        HubMeter.SearchTime.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
        return new(found, keys.NextPageToken);
    }
}
