using System.Security.Claims;
using MlHub.Web.Api;

namespace MlHub.Web.Access;

/// <summary>From the signed-in identity to the caller of an operation, and back.</summary>
public static class Callers
{
    private const string AdminClaim = "mlhub:admin";

    public static Caller AsCaller(this ClaimsPrincipal user) =>
        Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var id) && user.Identity?.Name is { } name
            ? new Caller(id, name, user.HasClaim(AdminClaim, "true"))
            : throw new HubException(HubError.Unauthenticated, "Sign in first.");

    public static ApiCall AsCall(this HttpContext context) => new(context.User.AsCaller(), context.RequestAborted);

    public static IEnumerable<Claim> ExtraClaims(bool isAdmin) => isAdmin ? [new Claim(AdminClaim, "true")] : [];

    public static ClaimsPrincipal AsPrincipal(this Caller caller, string scheme) =>
        new(new ClaimsIdentity(
            [new Claim(ClaimTypes.NameIdentifier, caller.Id.ToString()), new Claim(ClaimTypes.Name, caller.Name), .. ExtraClaims(caller.IsAdmin)],
            scheme));
}
