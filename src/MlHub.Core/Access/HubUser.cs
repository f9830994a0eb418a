using Microsoft.AspNetCore.Identity;

namespace MlHub.Access;

/// <summary>A person or a program with an account. Passwords, lock-out and security stamp are ASP.NET Core Identity's.</summary>
public sealed class HubUser : IdentityUser<Guid>
{
    public bool IsAdmin { get; set; }
    public bool IsDisabled { get; set; }

    /// <summary>An account of a program: it has tokens but no password, and outlives the people who set it up.</summary>
    public bool IsServiceAccount { get; init; }

    /// <summary>Whether notifications are not sent to the e-mail address as well.</summary>
    public bool RefusesMail { get; set; }
    public DateTimeOffset CreatedAt { get; init; }

    public Caller AsCaller() => new(Id, UserName!, IsAdmin);
}
