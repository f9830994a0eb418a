namespace MlHub.Events;

/// <summary>
/// One link of the chain over the event log. Events are linked after their commit, in one order without gaps, so that writers
/// never wait for one another; listeners (notifications, webhooks) read the log in this order and miss nothing.
/// </summary>
public sealed class EventLink
{
    /// <summary>1, 2, 3 … without gaps.</summary>
    public required long Seq { get; init; }
    public required long EventId { get; init; }

    /// <summary>SHA-256 over the link before and the event's row.</summary>
    public required byte[] Hash { get; init; }
}

/// <summary>How far a listener has read the chain.</summary>
public sealed class ListenerPosition
{
    public required string Listener { get; init; }
    public required long Seq { get; set; }
}
