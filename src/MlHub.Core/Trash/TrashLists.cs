using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Tracking;

namespace MlHub.Trash;

/// <summary>A deleted experiment, and what deleting it for ever would free.</summary>
public sealed record TrashedExperiment(Experiment Experiment, int Runs, TrashSize Size);

/// <summary>A deleted run, and what deleting it for ever would free.</summary>
public sealed record TrashedRun(Run Run, string ExperimentName, TrashSize Size);

/// <summary>Bytes of artifacts, each file counted though equal ones are kept once, and points of metrics.</summary>
public readonly record struct TrashSize(long ArtifactBytes, long Points);

/// <summary>What lies in the trash, as far as the caller has MANAGE on it; what was deleted last comes first.</summary>
public sealed class TrashLists(HubDbFactory hub)
{
    /// <param name="caller">Who looks.</param>
    /// <param name="text">Part of an experiment's name.</param>
    /// <param name="pageToken">From the page before.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="HubException">Invalid for a token of somewhere else.</exception>
    public async Task<Page<TrashedExperiment>> ExperimentsAsync(Caller caller, string? text, string? pageToken, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var wanted = db.Experiments.AsNoTracking().AllowedTo(db, caller, Permission.Manage).Where(e => e.IsDeleted);
        if (Lower(text) is { } part)
        {
#pragma warning disable CA1862 // EF Core translates this form only.
            wanted = wanted.Where(e => e.Name.ToLower().Contains(part));
#pragma warning restore CA1862
        }

        if (Place.ParseOrNull(pageToken) is { } after)
        {
            wanted = wanted.Where(e => (e.DeletedAt ?? e.UpdatedAt) < after.At || ((e.DeletedAt ?? e.UpdatedAt) == after.At && e.Id < after.Id));
        }

        var found = await wanted.OrderByDescending(e => e.DeletedAt ?? e.UpdatedAt).ThenByDescending(e => e.Id).Take(Limits.TrashPage + 1).ToListAsync(cancel);
        var page = found.Take(Limits.TrashPage).ToList();
        var sizes = await SizesAsync(db, page.ConvertAll(e => e.Id), cancel);
        return new(
            page.ConvertAll(e => new TrashedExperiment(e, sizes[e.Id].Runs, sizes[e.Id].Size)),
            found.Count > page.Count ? new Place(page[^1].DeletedAt ?? page[^1].UpdatedAt, page[^1].Id).ToString() : null);
    }

    /// <param name="caller">Who looks.</param>
    /// <param name="text">Part of a run's name, its id, or part of its experiment's name.</param>
    /// <param name="pageToken">From the page before.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="HubException">Invalid for a token of somewhere else.</exception>
    public async Task<Page<TrashedRun>> RunsAsync(Caller caller, string? text, string? pageToken, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var wanted = db.Runs.AsNoTracking().Where(r => r.IsDeleted)
            .Join(db.Experiments.AllowedTo(db, caller, Permission.Manage).Where(e => !e.IsPurged), r => r.ExperimentId, e => e.Id, (r, e) => new { Run = r, e.Name });
        if (Lower(text) is { } part)
        {
#pragma warning disable CA1862 // EF Core translates this form only.
            wanted = wanted.Where(r => r.Run.RunId == part || r.Run.Name.ToLower().Contains(part) || r.Name.ToLower().Contains(part));
#pragma warning restore CA1862
        }

        if (Place.ParseOrNull(pageToken) is { } after)
        {
            wanted = wanted.Where(r => r.Run.DeletedAt < after.At || (r.Run.DeletedAt == after.At && r.Run.Key < after.Id));
        }

        var found = await wanted.OrderByDescending(r => r.Run.DeletedAt).ThenByDescending(r => r.Run.Key).Take(Limits.TrashPage + 1).ToListAsync(cancel);
        var page = found.Take(Limits.TrashPage).ToList();
        var sizes = await SizesOfRunsAsync(db, page.ConvertAll(r => r.Run.Key), cancel);
        return new(
            page.ConvertAll(r => new TrashedRun(r.Run, r.Name, sizes[r.Run.Key])),
            found.Count > page.Count ? new Place(page[^1].Run.DeletedAt!.Value, page[^1].Run.Key).ToString() : null);
    }

    internal static async Task<Dictionary<long, TrashSize>> SizesOfRunsAsync(HubDb db, List<long> runKeys, CancellationToken cancel)
    {
        var bytes = await db.ArtifactFiles.Where(f => runKeys.Contains(f.RunKey)).GroupBy(f => f.RunKey)
            .Select(g => new { g.Key, Sum = g.Sum(f => f.Size) }).ToDictionaryAsync(g => g.Key, g => g.Sum, cancel);
        var points = await db.MetricSeries.Where(s => runKeys.Contains(s.RunKey)).GroupBy(s => s.RunKey)
            .Select(g => new { g.Key, Sum = g.Sum(s => s.Points) }).ToDictionaryAsync(g => g.Key, g => g.Sum, cancel);
        return runKeys.ToDictionary(k => k, k => new TrashSize(bytes.GetValueOrDefault(k), points.GetValueOrDefault(k)));
    }

    internal static async Task<Dictionary<long, (int Runs, TrashSize Size)>> SizesAsync(HubDb db, List<long> experimentIds, CancellationToken cancel)
    {
        var runs = await db.Runs.Where(r => experimentIds.Contains(r.ExperimentId)).GroupBy(r => r.ExperimentId)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancel);
        var bytes = await db.ArtifactFiles.Join(db.Runs.Where(r => experimentIds.Contains(r.ExperimentId)), f => f.RunKey, r => r.Key, (f, r) => new { r.ExperimentId, f.Size })
            .GroupBy(f => f.ExperimentId).Select(g => new { g.Key, Sum = g.Sum(f => f.Size) }).ToDictionaryAsync(g => g.Key, g => g.Sum, cancel);
        var points = await db.MetricSeries.Where(s => experimentIds.Contains(s.ExperimentId)).GroupBy(s => s.ExperimentId)
            .Select(g => new { g.Key, Sum = g.Sum(s => s.Points) }).ToDictionaryAsync(g => g.Key, g => g.Sum, cancel);
        return experimentIds.ToDictionary(id => id, id => (runs.GetValueOrDefault(id), new TrashSize(bytes.GetValueOrDefault(id), points.GetValueOrDefault(id))));
    }

    private static string? Lower(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim().ToLowerInvariant();

    /// <summary>The last row of a page.</summary>
    private readonly record struct Place(DateTimeOffset At, long Id)
    {
        private const long LastInstant = 253_402_300_799_999;

        public static Place? ParseOrNull(string? token) =>
            string.IsNullOrEmpty(token) ? null
            : token.Split('-') is [var at, var id] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
                && milliseconds <= LastInstant && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), number)
                : throw HubException.Invalid("Invalid page token, it is none of this list.");

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.ToUnixTimeMilliseconds()}-{Id}");
    }
}
