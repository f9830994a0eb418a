namespace MlHub.Access;

/// <summary>Who is asking. Every operation takes one, so that no path can forget to say on whose behalf it acts.</summary>
public sealed record Caller(Guid Id, string Name, bool IsAdmin = false)
{
    /// <summary>MlHub itself: start-up and background work.</summary>
    public static readonly Caller System = new(Guid.Empty, "system", IsAdmin: true);

    /// <summary>The only person of a hub in the access mode Open.</summary>
    public static readonly Caller Local = new(Guid.Empty, "local", IsAdmin: true);
}
