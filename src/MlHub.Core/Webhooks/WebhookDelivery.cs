namespace MlHub.Webhooks;

/// <summary>How far a delivery is.</summary>
public enum DeliveryState
{
    /// <summary>To be sent at <see cref="WebhookDelivery.NextAt"/>, or being sent by the holder of <see cref="WebhookDelivery.Lease"/>.</summary>
    Waiting,
    Delivered,

    /// <summary>All attempts failed, or the receiver is gone. It can be sent again by hand.</summary>
    Failed,
}

/// <summary>One event on its way to one webhook: made in the transaction that moves the listener's place in the chain.</summary>
public sealed class WebhookDelivery
{
    /// <summary>No clock, however wrong, is before this.</summary>
    public static readonly DateTimeOffset AtOnce = DateTimeOffset.UnixEpoch;

    public long Id { get; init; }
    public required long WebhookId { get; init; }

    /// <summary>The event's place in the chain: what receivers are told as <c>sequence</c>. Unique together with the webhook and the event's name; null of a test.</summary>
    public long? Seq { get; init; }

    /// <summary><c>msg_</c> and a ULID: the same in every attempt and when it is sent again by hand.</summary>
    public required string MessageId { get; init; }

    /// <summary>One of the webhook's events.</summary>
    public required string Event { get; init; }

    /// <summary>The model, version or run that it happened to, as people know it.</summary>
    public required string Subject { get; init; }

    /// <summary>UTF-8, made once: the same bytes are signed and sent each time.</summary>
    public required byte[] Body { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DeliveryState State { get; set; }

    /// <summary>Attempts made in the present round: sending it again by hand begins another.</summary>
    public required int Attempts { get; set; }

    /// <summary>Not to be sent before: <see cref="AtOnce"/>, the time of the next attempt or, while somebody sends it, the end of their lease.</summary>
    public required DateTimeOffset NextAt { get; set; }

    /// <summary>Whoever sends it now: another value each time it is taken; null while nobody does.</summary>
    public Guid? Lease { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>The last attempt's status; null where there was no answer.</summary>
    public int? LastStatus { get; set; }
}

/// <summary>One time that a delivery was sent, or could not be.</summary>
public sealed class DeliveryAttempt
{
    public long Id { get; init; }
    public required long DeliveryId { get; init; }
    public required int Number { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Null where no answer came; then <see cref="Error"/> says why.</summary>
    public int? Status { get; init; }
    public string? Error { get; init; }

    /// <summary>The beginning of the answer, as text.</summary>
    public string? Answer { get; init; }

    /// <summary>Name looked up, connected, encrypted, first byte, all: in milliseconds since the start; null where it did not come to that.</summary>
    public int? ResolvedMs { get; init; }
    public int? ConnectedMs { get; init; }
    public int? SecuredMs { get; init; }
    public int? FirstByteMs { get; init; }
    public required int TotalMs { get; init; }

    /// <summary>The headers as sent, one a line, with what is secret masked.</summary>
    public required string RequestHeaders { get; init; }
}
