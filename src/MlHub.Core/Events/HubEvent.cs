using System.Text.Json;
using MlHub.Access;

namespace MlHub.Events;

/// <summary>
/// One change, as the event log keeps it: written in the transaction of the change itself, never altered.
/// Live pages, notifications, webhooks, the audit and the time machine read the same rows.
/// Metric points are not events: their own table is append-only and says all of this.
/// </summary>
public sealed class HubEvent
{
    public long Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Actor { get; init; }

    /// <summary>The actor's account; null for MlHub itself.</summary>
    public Guid? ActorId { get; init; }

    /// <summary>How the actor came in: <c>page</c>, <c>password</c>, <c>token:ID</c>.</summary>
    public string? Via { get; init; }

    /// <summary>The network address that the call came from.</summary>
    public string? Address { get; init; }
    public string? UserAgent { get; init; }

    /// <summary>What happened, past tense: <c>experiment.created</c>, <c>run.tags_set</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What it happened to: an experiment id, a run id, a user name, a model's name or <c>name/version</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>The experiment whose permissions decide who may see the event; null for events of the hub itself.</summary>
    public long? ExperimentId { get; init; }

    /// <summary>The registered model whose permissions decide who may see the event.</summary>
    public long? ModelId { get; init; }

    /// <summary>The number of the model's version that it happened to.</summary>
    public int? Version { get; init; }

    /// <summary>The changed values as JSON, before and after.</summary>
    public string? Before { get; init; }
    public string? After { get; init; }

    /// <summary>What <paramref name="actor"/> did, with the changed values as they were and as they are.</summary>
    internal static HubEvent Of(
        Caller actor, DateTimeOffset at, string kind, string subject, long? experimentId = null, long? modelId = null, int? version = null,
        object? before = null, object? after = null) => new()
        {
            At = at,
            Actor = actor.Name,
            ActorId = actor.AccountId,
            Via = actor.Origin?.Via,
            Address = actor.Origin?.Address,
            UserAgent = actor.Origin?.UserAgent,
            Kind = kind,
            Subject = subject,
            ExperimentId = experimentId,
            ModelId = modelId,
            Version = version,
            Before = before is null ? null : JsonSerializer.Serialize(before, JsonSerializerOptions.Web),
            After = after is null ? null : JsonSerializer.Serialize(after, JsonSerializerOptions.Web),
        };
}
