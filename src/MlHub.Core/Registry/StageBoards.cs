using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Reviews;

namespace MlHub.Registry;

/// <summary>A model's versions by stage, and what the caller may do with them.</summary>
public sealed record StageBoard(RegisteredModel Model, RegistryPermission Permission, string? Metric, IReadOnlyList<StageColumn> Columns)
{
    public StageColumn Of(Stage stage) => Columns.First(c => c.Stage == stage);
}

/// <summary>The newest versions in a stage, and how many there are in all.</summary>
public sealed record StageColumn(Stage Stage, int Total, IReadOnlyList<BoardCard> Cards);

/// <summary>A version with what tells it from others: its key metric, what is asked for it, how it was checked, and who put it where it is.</summary>
public sealed record BoardCard(
    VersionDetails Found, double? Metric, IReadOnlyList<TransitionRequest> Requests, IReadOnlyList<Check> Checks, StageEntry? Entered);

/// <summary>When a version came to its stage, and by whom.</summary>
public sealed record StageEntry(DateTimeOffset At, string By);

/// <summary>Puts a model's versions on a board with a column for each stage.</summary>
public sealed class StageBoards(HubDbFactory hub)
{
    private const int CardsPerColumn = 20;
    private const int MetricVersions = 50;

    /// <exception cref="HubException">NotFound where the model is absent or unreadable.</exception>
    public async Task<StageBoard> ReadAsync(Caller caller, string model, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var (found, permission) = await db.FoundModelAsync(caller, model, RegistryPermission.Read, cancel);
        await db.Entry(found).Collection(m => m.Tags).LoadAsync(cancel);
        await db.Entry(found).Collection(m => m.Aliases).LoadAsync(cancel);
        var totals = await db.ModelVersions.Where(v => v.ModelId == found.Id).GroupBy(v => v.Stage)
            .Select(g => new { Stage = g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Stage, g => g.Count, cancel);
        List<ModelVersion> versions = [];
        foreach (var stage in totals.Keys)
        {
            versions.AddRange(await db.ModelVersions.AsNoTracking().Include(v => v.Tags).Where(v => v.ModelId == found.Id && v.Stage == stage)
                .OrderByDescending(v => v.Number).Take(CardsPerColumn).ToListAsync(cancel));
        }

        var (metric, values) = await MetricsAsync(db, caller, found, versions, cancel);
        var requests = await RequestsAsync(db, versions, cancel);
        var checks = await ChecksAsync(db, versions, cancel);
        var entries = await EntriesAsync(db, found.Id, versions, cancel);
        var aliases = found.Aliases.ToLookup(a => a.Version, a => a.Alias);
        var cards = versions.Select(v => new BoardCard(
            new(found, v, [.. aliases[v.Number].Order(StringComparer.Ordinal)], permission),
            values.TryGetValue(v.Number, out var value) ? value : null, [.. requests[v.Id]], [.. checks[v.Id]], entries.GetValueOrDefault(v.Number)))
            .ToLookup(c => c.Found.Version.Stage);
        return new(found, permission, metric, [.. Stages.All.Select(s => new StageColumn(s, totals.GetValueOrDefault(s), [.. cards[s]]))]);
    }

    private static async Task<(string? Key, Dictionary<int, double> Values)> MetricsAsync(
        HubDb db, Caller caller, RegisteredModel model, List<ModelVersion> versions, CancellationToken cancel)
    {
        // Which metric it is is settled by the newest versions; the values are wanted of those on the board.
        var known = await db.MetricsOf(caller, db.ModelVersions.Where(v => v.ModelId == model.Id && v.Number > model.LastVersion - MetricVersions))
            .GroupBy(m => m.Key).Select(g => new { g.Key, Versions = g.Count() }).ToListAsync(cancel);
        var tag = model.Tags.FirstOrDefault(t => t.Key == MetricLines.KeyMetricTag)?.Value;
        var chosen = VersionMetrics.Choose(tag, [.. known.Select(m => new KnownMetric(m.Key, m.Versions))]);
        if (chosen is null)
        {
            return (null, []);
        }

        var ids = versions.Select(v => v.Id).ToList();
        var values = await db.MetricsOf(caller, db.ModelVersions.Where(v => ids.Contains(v.Id))).Where(m => m.Key == chosen).ToListAsync(cancel);
        return (chosen, values.ToDictionary(m => m.Number, m => m.Value));
    }

    private static async Task<ILookup<long, TransitionRequest>> RequestsAsync(HubDb db, List<ModelVersion> versions, CancellationToken cancel)
    {
        var ids = versions.Select(v => v.Id).ToList();
        var open = await db.TransitionRequests.AsNoTracking().Where(r => ids.Contains(r.VersionId) && r.State == RequestState.Open)
            .OrderBy(r => r.CreatedAt).ToListAsync(cancel);
        return open.ToLookup(r => r.VersionId);
    }

    private static async Task<ILookup<long, Check>> ChecksAsync(HubDb db, List<ModelVersion> versions, CancellationToken cancel)
    {
        var ids = versions.Select(v => v.Id).ToList();
        return (await db.Checks.AsNoTracking().Where(c => ids.Contains(c.VersionId)).ToListAsync(cancel)).ToLookup(c => c.VersionId);
    }

    /// <summary>From the log of events, since a version only knows when it was moved last, not by whom.</summary>
    private static async Task<Dictionary<int, StageEntry>> EntriesAsync(HubDb db, long modelId, List<ModelVersion> versions, CancellationToken cancel)
    {
        var numbers = versions.Select(v => (int?)v.Number).ToList();
        var last = db.Events.Where(e => e.ModelId == modelId && e.Kind == EventKinds.VersionMoved && numbers.Contains(e.Version))
            .GroupBy(e => e.Version).Select(g => g.Max(e => e.Id));
        var moves = await db.Events.Where(e => last.Contains(e.Id)).Select(e => new { e.Version, e.At, e.Actor }).ToListAsync(cancel);
        return moves.ToDictionary(m => m.Version!.Value, m => new StageEntry(m.At, m.Actor));
    }
}
