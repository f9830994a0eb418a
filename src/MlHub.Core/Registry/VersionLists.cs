using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Reviews;

namespace MlHub.Registry;

/// <summary>A version as a table shows it. The run is null where there is none, or none that the caller may read.</summary>
public sealed record ListedVersion(ModelVersion Version, IReadOnlyList<string> Aliases, int OpenRequests, SourceRun? Run);

/// <summary>Where a version came from, for a link.</summary>
public sealed record SourceRun(long ExperimentId, string RunId, string Name);

/// <summary>Some versions of a model, newest first, with how many there are.</summary>
public sealed record VersionList(IReadOnlyList<ListedVersion> Versions, int All, int Active, bool HasMore);

/// <summary>Lists the versions of a model, a page at a time.</summary>
public sealed class VersionLists(HubDbFactory hub)
{
    public const int PageSize = 50;

    public async Task<int> CountAsync(Caller caller, string model, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var found = await db.ModelAsync(caller, model, RegistryPermission.Read, cancel);
        return await db.ModelVersions.CountAsync(v => v.ModelId == found.Id, cancel);
    }

    /// <param name="caller">Must be able to read the model.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="activeOnly">Only versions in Staging or Production.</param>
    /// <param name="before">Only versions with a smaller number; null for the newest.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<VersionList> ReadAsync(Caller caller, string model, bool activeOnly, int? before, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var found = await db.ModelAsync(caller, model, RegistryPermission.Read, cancel);
        var ofModel = db.ModelVersions.AsNoTracking().Where(v => v.ModelId == found.Id);
        var active = ofModel.Where(v => v.Stage == Stage.Staging || v.Stage == Stage.Production);
        var versions = await (activeOnly ? active : ofModel).Include(v => v.Tags)
            .Where(v => before == null || v.Number < before).OrderByDescending(v => v.Number).Take(PageSize + 1).ToListAsync(cancel);
        var hasMore = versions.Count > PageSize;
        versions = [.. versions.Take(PageSize)];

        var ids = versions.Select(v => v.Id).ToList();
        var runIds = versions.Select(v => v.RunId).OfType<string>().Distinct().ToList();
        var aliases = (await db.ModelAliases.Where(a => a.ModelId == found.Id).OrderBy(a => a.Alias).ToListAsync(cancel)).ToLookup(a => a.Version, a => a.Alias);
        var requests = await db.TransitionRequests.Where(r => ids.Contains(r.VersionId) && r.State == RequestState.Open)
            .GroupBy(r => r.VersionId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancel);
        var readable = db.Experiments.ReadableBy(db, caller);
        var runs = await db.Runs.Where(r => runIds.Contains(r.RunId) && readable.Any(e => e.Id == r.ExperimentId))
            .Select(r => new SourceRun(r.ExperimentId, r.RunId, r.Name)).ToDictionaryAsync(r => r.RunId, cancel);
        return new(
            [
                .. versions.Select(v => new ListedVersion(
                    v, [.. aliases[v.Number]], requests.GetValueOrDefault(v.Id), v.RunId is { } run ? runs.GetValueOrDefault(run) : null)),
            ],
            await ofModel.CountAsync(cancel), await active.CountAsync(cancel), hasMore);
    }
}
