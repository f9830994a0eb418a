using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;

namespace MlHub.Serving.Monitoring;

/// <summary>Something that changed how a model is served.</summary>
public sealed record ServingEvent(long Id, DateTimeOffset At, string Actor, string Kind, int? Version, JsonElement? Before, JsonElement? After);

/// <summary>What happened to the serving of a model, from the event log: it began, failed, recovered, and what led its names elsewhere.</summary>
public sealed class ServingEvents(HubDbFactory hub)
{
    /// <summary>What all events of serving begin with.</summary>
    public const string Prefix = "serving.";

    private static readonly string[] Moves = [EventKinds.VersionMoved, EventKinds.AliasSet, EventKinds.AliasDeleted, EventKinds.VersionDeleted];

    /// <summary>The newest first, for whoever may read the model.</summary>
    public async Task<(long ModelId, IReadOnlyList<ServingEvent> Events)> ReadAsync(Caller caller, string name, int most, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var model = await db.ModelAsync(caller, name, RegistryPermission.Read, cancel);
        var rows = await db.Events.AsNoTracking().Where(e => e.ModelId == model.Id && (e.Kind.StartsWith(Prefix) || Moves.Contains(e.Kind)))
            .OrderByDescending(e => e.Id).Take(most).ToListAsync(cancel);
        return (model.Id, [.. rows.Select(e => new ServingEvent(e.Id, e.At, e.Actor, e.Kind, e.Version, EventJson.Parse(e.Before), EventJson.Parse(e.After)))]);
    }
}
