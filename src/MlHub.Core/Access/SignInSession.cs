namespace MlHub.Access;

/// <summary>A browser in which somebody has signed in. Without its row the cookie opens nothing.</summary>
public sealed class SignInSession
{
    /// <summary>SHA-256 of the secret in the cookie, as 64 lower-case hexadecimal digits: the row tells nobody how to be that browser.</summary>
    public required string Id { get; init; }
    public required Guid UserId { get; init; }

    /// <summary>Who signed in and how, as ASP.NET Core serializes it.</summary>
    public required byte[] Ticket { get; set; }
    public string? Address { get; init; }
    public string? UserAgent { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Within <see cref="SignInSessions.SeenEvery"/>.</summary>
    public required DateTimeOffset SeenAt { get; set; }

    /// <summary>It ends here unless somebody uses it before.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }
}
