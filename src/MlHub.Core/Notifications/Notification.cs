namespace MlHub.Notifications;

/// <summary>A line in somebody's inbox.</summary>
public sealed class Notification
{
    /// <summary>The kind for who was named in a comment; every other is the event's.</summary>
    public const string Mention = "mention";

    public long Id { get; init; }
    public required Guid UserId { get; init; }

    /// <summary>The event it tells of; nobody is told of one twice.</summary>
    public required long EventId { get; init; }
    public required string Kind { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Actor { get; init; }

    /// <summary>The model that it is about; null for what is the hub's own.</summary>
    public required long? ModelId { get; init; }
    public int? Version { get; init; }

    /// <summary>One sentence.</summary>
    public required string Text { get; init; }
    public DateTimeOffset? ReadAt { get; set; }

    /// <summary>When it was mailed or, beyond the day's limit, left out of the mail.</summary>
    public DateTimeOffset? MailedAt { get; set; }

    /// <summary>Not to be mailed before: a node has it in hand, or the mail server failed.</summary>
    public DateTimeOffset? MailAfter { get; set; }
}

/// <summary>What somebody wants to hear of a model. The numbers are stored.</summary>
public enum FollowLevel : short
{
    /// <summary>Activity on versions that one follows: the default.</summary>
    Followed = 0,
    All = 1,
    Muted = 2,
}

/// <summary>What somebody wants to hear of one model.</summary>
public sealed class ModelFollow
{
    public required Guid UserId { get; init; }
    public required long ModelId { get; init; }
    public required FollowLevel Level { get; set; }
}

/// <summary>Somebody follows one version, or said that they no longer want to.</summary>
public sealed class VersionFollow
{
    public required Guid UserId { get; init; }
    public required long VersionId { get; init; }
    public required bool IsFollowing { get; set; }
}
