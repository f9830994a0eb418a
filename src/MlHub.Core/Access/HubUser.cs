using Microsoft.AspNetCore.Identity;

namespace MlHub.Access;

/// <summary>A person with an account. Passwords, lock-out and security stamp are ASP.NET Core Identity's.</summary>
public sealed class HubUser : IdentityUser<Guid>
{
    public bool IsAdmin { get; set; }
    public bool IsDisabled { get; set; }
    public DateTimeOffset CreatedAt { get; init; }

    public Caller AsCaller() => new(Id, UserName!, IsAdmin);
}
