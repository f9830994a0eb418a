namespace MlHub.Access;

/// <summary>On whose behalf an operation runs. Operations trust it: the way in has verified it.</summary>
public sealed record Caller(Guid Id, string Name, bool IsAdmin = false)
{
    /// <summary>MlHub itself: start-up and background work.</summary>
    public static readonly Caller System = new(Guid.Empty, "system", IsAdmin: true);

    /// <summary>The only person of a hub in the access mode Open.</summary>
    public static readonly Caller Local = new(Guid.Empty, "local", IsAdmin: true);

    /// <summary>Their account; null for MlHub itself and where nobody signs in.</summary>
    public Guid? AccountId => Id == Guid.Empty ? null : Id;

    /// <summary>How they came in, for the audit.</summary>
    public CallOrigin? Origin { get; init; }

    /// <summary>What their token is restricted to; null where it is good for whatever they may.</summary>
    public TokenLimit? Limit { get; init; }

    /// <summary>The owner of a restricted token with all that they may: for the rights on a model within the limit alone.</summary>
    internal Caller Unlimited => Limit is { } limit ? this with { IsAdmin = limit.OfAdmin, Limit = null } : this;

    /// <exception cref="HubException">Denied for everybody but administrators.</exception>
    public void RequireAdmin()
    {
        if (!IsAdmin)
        {
            throw HubException.Denied("Permission denied: only an administrator may do this.");
        }
    }
}

/// <summary>How a call came in: <c>page</c>, <c>password</c> or <c>token:ID</c>, from which address, by which program.</summary>
public sealed record CallOrigin(string Via, string? Address, string? UserAgent);
