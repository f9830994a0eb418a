using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Tracking.Search;

namespace MlHub.Tracking;

/// <summary>An experiment, and what the caller may do with it.</summary>
public record ReadableExperiment(Experiment Experiment, Permission Permission);

/// <summary>An experiment as a list shows it: how many active runs it has besides, and when the last one started.</summary>
public sealed record ExperimentSummary(Experiment Experiment, Permission Permission, int Runs, int Running, long? LastStartTime) : ReadableExperiment(Experiment, Permission);

/// <summary>A folder, and how many experiments below it, near or far, the caller may read.</summary>
public sealed record FolderSummary(string Path, int Experiments);

/// <summary>What one level of the folders holds.</summary>
public sealed record FolderListing(IReadOnlyList<FolderSummary> Folders, IReadOnlyList<ExperimentSummary> Experiments);

/// <summary>Finds experiments on somebody's behalf. What they may not read is neither listed nor counted.</summary>
public sealed class ExperimentSearches(HubDbFactory hub)
{
    private const int MostListed = 1000;

    /// <exception cref="HubException">Invalid where the filter, the order, the number of results or the page token is wrong.</exception>
    public async Task<Page<Experiment>> SearchAsync(Caller caller, ExperimentSearch search, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var readable = await db.Experiments.ReadableBy(db, caller).Select(e => e.Id).ToListAsync(cancel);
        var ids = await ExperimentQuery.PageAsync(db, readable, search, cancel);
        // One parameter, as a page may have more of them than a statement.
        var found = await db.Experiments.AsNoTracking().Include(e => e.Tags).Where(e => EF.Parameter(ids.Items).Contains(e.Id)).ToDictionaryAsync(e => e.Id, cancel);
        return new([.. ids.Items.Where(found.ContainsKey).Select(id => found[id])], ids.NextPageToken);
    }

    /// <summary>The readable experiments whose name holds the text, below the folder if one is named, last updated first.</summary>
    public async Task<List<ExperimentSummary>> SummariesAsync(Caller caller, string? text, ViewType view, CancellationToken cancel, string? folder = null)
    {
        await using var db = hub.Open();
        var wanted = db.Experiments.AsNoTracking().Include(e => e.Tags).ReadableBy(db, caller)
            .Where(e => view == ViewType.All || e.IsDeleted == (view == ViewType.DeletedOnly));
        if (!string.IsNullOrWhiteSpace(text))
        {
            var lower = text.Trim().ToLowerInvariant();
#pragma warning disable CA1862 // EF Core translates this form only.
            wanted = wanted.Where(e => e.Name.ToLower().Contains(lower));
#pragma warning restore CA1862
        }

        if (folder is not null)
        {
            var prefix = FolderPath.Prefix(folder);
            wanted = wanted.Where(e => e.Name.StartsWith(prefix));
        }

        var experiments = await wanted.OrderByDescending(e => e.UpdatedAt).ThenByDescending(e => e.Id).Take(MostListed).ToListAsync(cancel);
        return await SummarizeAsync(db, caller, experiments, cancel);
    }

    /// <summary>The active experiments that the caller may log to, without their tags, by name.</summary>
    public async Task<List<Experiment>> EditableAsync(Caller caller, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await db.Experiments.AsNoTracking().AllowedTo(db, caller, Permission.Edit).Where(e => !e.IsDeleted).OrderBy(e => e.Name).Take(MostListed).ToListAsync(cancel);
    }

    /// <summary>One level of the active experiments that the caller may read: the folders there and what lies in none of them.</summary>
    /// <param name="caller">Who looks.</param>
    /// <param name="folder">Null for the outermost level.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async Task<FolderListing> InFolderAsync(Caller caller, string? folder, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var readable = db.Experiments.AsNoTracking().ReadableBy(db, caller).Where(e => !e.IsDeleted);
        var prefix = folder is null ? "" : FolderPath.Prefix(folder);
        var below = folder is null ? readable : readable.Where(e => e.Name.StartsWith(prefix));
        // Not every database compares the beginning letter by letter.
        var names = (await below.Select(e => new { e.Id, e.Name }).ToListAsync(cancel)).Where(e => e.Name.StartsWith(prefix, StringComparison.Ordinal));
        var levels = names.ToLookup(e => FolderPath.Above(e.Name).FirstOrDefault(f => f.Length > prefix.Length));
        var here = levels[null].Select(e => e.Id).OrderDescending().Take(MostListed).ToList();
        var experiments = await db.Experiments.AsNoTracking().Include(e => e.Tags).Where(e => here.Contains(e.Id))
            .OrderByDescending(e => e.UpdatedAt).ThenByDescending(e => e.Id).ToListAsync(cancel);
        return new(
            [.. levels.Where(l => l.Key is not null).Select(l => new FolderSummary(l.Key!, l.Count())).OrderBy(f => f.Path, StringComparer.OrdinalIgnoreCase).Take(Limits.FoldersShown)],
            await SummarizeAsync(db, caller, experiments, cancel));
    }

    /// <summary>With its tags, and without counting its runs, which may be many.</summary>
    /// <exception cref="HubException">NotFound where the experiment is absent or unreadable.</exception>
    public async Task<ReadableExperiment> GetAsync(Caller caller, long id, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var experiment = await db.ExperimentAsync(caller, id, Permission.Read, cancel);
        await db.Entry(experiment).Collection(e => e.Tags).LoadAsync(cancel);
        return new(experiment, await db.PermissionAsync(caller, id, cancel));
    }

    private static async Task<List<ExperimentSummary>> SummarizeAsync(HubDb db, Caller caller, List<Experiment> experiments, CancellationToken cancel)
    {
        var ids = experiments.Select(e => e.Id).ToList();
        var runs = await db.Runs.Where(r => ids.Contains(r.ExperimentId) && !r.IsDeleted)
            .GroupBy(r => r.ExperimentId)
            .Select(g => new { Id = g.Key, Count = g.Count(), Running = g.Count(r => r.Status == RunStatus.Running), Last = g.Max(r => r.StartTime) })
            .ToDictionaryAsync(g => g.Id, cancel);
        var grants = caller.IsAdmin
            ? []
            : await db.PermissionsOf(caller).Where(g => ids.Contains(g.ExperimentId))
                .GroupBy(g => g.ExperimentId).Select(g => new { Id = g.Key, Permission = g.Max(p => p.Permission) })
                .ToDictionaryAsync(g => g.Id, g => g.Permission, cancel);
        return
        [
            .. experiments.Select(e => new ExperimentSummary(
                e, caller.IsAdmin ? Permission.Manage : grants.GetValueOrDefault(e.Id),
                runs.GetValueOrDefault(e.Id)?.Count ?? 0, runs.GetValueOrDefault(e.Id)?.Running ?? 0, runs.GetValueOrDefault(e.Id)?.Last)),
        ];
    }
}
