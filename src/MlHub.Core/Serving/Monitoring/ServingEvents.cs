using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;

namespace MlHub.Serving.Monitoring;

/// <summary>Something that changed how a model is served.</summary>
public sealed record ServingEvent(long Id, DateTimeOffset At, string Actor, string Kind, int? Version, JsonElement? Before, JsonElement? After);

/// <summary>What happened to the serving of a model, from the event log: it began, failed, recovered, what led its names elsewhere, and where it was deployed.</summary>
public sealed class ServingEvents(HubDbFactory hub)
{
    private static readonly string[] Kinds =
    [
        .. EventKinds.All.Where(k => k.Split('.')[0] is "serving" or "capture" or "deployment"),
        EventKinds.VersionMoved, EventKinds.AliasSet, EventKinds.AliasDeleted, EventKinds.VersionDeleted, EventKinds.BatchScheduleSet, EventKinds.BatchScheduleDeleted,
    ];

    /// <summary>The newest first, for whoever may read the model.</summary>
    public async Task<(long ModelId, IReadOnlyList<ServingEvent> Events)> ReadAsync(Caller caller, string name, int most, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var model = await db.ModelAsync(caller, name, RegistryPermission.Read, cancel);
        var rows = await db.Events.AsNoTracking().Where(e => e.ModelId == model.Id && Kinds.Contains(e.Kind))
            .OrderByDescending(e => e.Id).Take(most).ToListAsync(cancel);
        return (model.Id, [.. rows.Select(e => new ServingEvent(e.Id, e.At, e.Actor, e.Kind, e.Version, EventJson.Parse(e.Before), EventJson.Parse(e.After)))]);
    }
}
