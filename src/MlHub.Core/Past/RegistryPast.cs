using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Past;

/// <summary>
/// The registry as it was: folded from the event log whenever somebody asks, so there is nothing to keep beside it. Whoever may
/// read a model today may read its past.
/// </summary>
public sealed class RegistryPast(HubDbFactory hub, TimeProvider clock)
{
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(1);

    /// <param name="name">The model's name today or, where no model of that name was there yet, then.</param>
    /// <exception cref="HubException">NotFound, saying so, where the model was not there yet or no longer; Invalid for the future.</exception>
    public async Task<PastModel> ModelAtAsync(Caller caller, string name, DateTimeOffset at, CancellationToken cancel)
    {
        RequirePast(at);
        await using var db = hub.Open();
        var wasDeleted = false;
        var known = false;
        await foreach (var id in BearersAsync(db, caller, name, cancel))
        {
            known = true;
            var fold = new ModelFold(id);
            await foreach (var row in EventsOf(db, id).Where(e => e.At <= at).AsAsyncEnumerable().WithCancellation(cancel))
            {
                fold.Apply(row);
            }

            if (fold.OrNull() is { } model)
            {
                return model;
            }

            wasDeleted |= fold.WasDeleted;
        }

        throw known
            ? HubException.NotFound($"Registered Model with name={LogRules.Shown(name)} {(wasDeleted ? "had been deleted" : "was not yet created")} at {Shown(at)}")
            : HubException.NotFound($"Registered Model with name={LogRules.Shown(name)} not found");
    }

    /// <exception cref="HubException">NotFound where the model or the version was not there then.</exception>
    public async Task<(PastModel Model, PastVersion Version)> VersionAtAsync(Caller caller, VersionKey key, DateTimeOffset at, CancellationToken cancel)
    {
        var model = await ModelAtAsync(caller, key.Model, at, cancel);
        return (model, model.VersionOrNull(key.Number)
            ?? throw HubException.NotFound($"Model Version (name={LogRules.Shown(key.Model)}, version={key.Number}) was not there at {Shown(at)}"));
    }

    /// <summary>All models that there were, by name; of those that are gone only what may be read of all models.</summary>
    public async Task<List<PastModel>> ModelsAtAsync(Caller caller, DateTimeOffset at, CancellationToken cancel)
    {
        RequirePast(at);
        await using var db = hub.Open();
        var rows = db.Events.AsNoTracking().Where(e => e.ModelId != null && e.At <= at && ModelFold.Kinds.Contains(e.Kind));
        if (!caller.IsAdmin && !await db.GrantsOf(caller).AnyAsync(g => g.ModelId == null && g.Permission >= RegistryPermission.Read, cancel))
        {
            var readable = db.RegisteredModels.ReadableBy(db, caller);
            rows = rows.Where(e => readable.Any(m => m.Id == e.ModelId));
        }

        Dictionary<long, ModelFold> folds = [];
        await foreach (var row in rows.OrderBy(e => e.Id).AsAsyncEnumerable().WithCancellation(cancel))
        {
            var id = row.ModelId!.Value;
            if (!folds.TryGetValue(id, out var fold))
            {
                folds[id] = fold = new ModelFold(id);
            }

            fold.Apply(row);
        }

        return [.. folds.Values.Select(f => f.OrNull()).OfType<PastModel>().OrderBy(m => m.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Which version was in which stage from when until when, oldest first.</summary>
    public async Task<List<StageBand>> StageHistoryAsync(Caller caller, string name, CancellationToken cancel)
    {
        await using var db = hub.Open();
        await foreach (var id in BearersAsync(db, caller, name, cancel))
        {
            return await BandsAsync(db, id, cancel);
        }

        throw HubException.NotFound($"Registered Model with name={LogRules.Shown(name)} not found");
    }

    private static async Task<List<StageBand>> BandsAsync(HubDb db, long modelId, CancellationToken cancel)
    {
        string[] kinds = [EventKinds.VersionCreated, EventKinds.VersionMoved, EventKinds.VersionDeleted, EventKinds.ModelDeleted];
        List<StageBand> bands = [];
        await foreach (var row in EventsOf(db, modelId).Where(e => kinds.Contains(e.Kind)).AsAsyncEnumerable().WithCancellation(cancel))
        {
            for (var i = 0; i < bands.Count; i++)
            {
                if (bands[i].Until is null && (row.Kind == EventKinds.ModelDeleted || bands[i].Version == row.Version))
                {
                    bands[i] = bands[i] with { Until = row.At };
                }
            }

            if (row.Version is { } number && row.Kind is EventKinds.VersionCreated or EventKinds.VersionMoved)
            {
                bands.Add(new(number, new EventFacts(row).AfterStage("stage") ?? Stage.None, row.At, null, row.Actor));
            }
        }

        return bands;
    }

    private static IQueryable<HubEvent> EventsOf(HubDb db, long modelId) =>
        db.Events.AsNoTracking().Where(e => e.ModelId == modelId && ModelFold.Kinds.Contains(e.Kind)).OrderBy(e => e.Id);

    /// <summary>The readable models that have this name or once had it: today's first, then the last to bear it.</summary>
    private static async IAsyncEnumerable<long> BearersAsync(HubDb db, Caller caller, string name, [EnumeratorCancellation] CancellationToken cancel)
    {
        var today = await db.RegisteredModels.Where(m => m.Name == name).Select(m => (long?)m.Id).FirstOrDefaultAsync(cancel);
        if (today is { } current && await db.PermissionOnModelAsync(caller, current, cancel) >= RegistryPermission.Read)
        {
            yield return current;
        }

        var once = await db.Events.Where(e => e.ModelId != null && (e.Kind == EventKinds.ModelCreated || e.Kind == EventKinds.ModelRenamed) && e.Subject == name)
            .OrderByDescending(e => e.Id).Select(e => e.ModelId!.Value).ToListAsync(cancel);
        foreach (var id in once.Distinct().Where(o => o != today))
        {
            if (await db.PermissionOnModelAsync(caller, id, cancel) >= RegistryPermission.Read)
            {
                yield return id;
            }
        }
    }

    private void RequirePast(DateTimeOffset at)
    {
        if (at > clock.GetUtcNow() + ClocksDiffer)
        {
            throw HubException.Invalid("Invalid value for parameter 'as_of' supplied: It lies in the future.");
        }
    }

    private static string Shown(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
