using System.Security.Claims;
using MlHub.Web.Api;

namespace MlHub.Web.Access;

/// <summary>From the signed-in identity to the caller of an operation, and back.</summary>
public static class Callers
{
    private const string AdminClaim = "mlhub:admin";
    internal const string LimitClaim = "mlhub:limit";
    private const string ViaClaim = "mlhub:via";

    public static Caller AsCaller(this ClaimsPrincipal user) =>
        Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var id) && user.Identity?.Name is { } name
            ? new Caller(id, name, user.HasClaim(AdminClaim, "true")) { Origin = PageOrigin.Of(user), Limit = user.FindFirstValue(LimitClaim) is { } limit ? TokenLimit.Parse(limit) : null }
            : throw new HubException(HubError.Unauthenticated, "Sign in first.");

    public static ApiCall AsCall(this HttpContext context) =>
        new(context.User.AsCaller() with { Origin = context.Origin(context.User.FindFirstValue(ViaClaim) ?? PageOrigin.Via) }, context.RequestAborted);

    /// <summary>Where the call comes from, for the audit.</summary>
    public static CallOrigin Origin(this HttpContext context, string via)
    {
        var agent = context.Request.Headers.UserAgent.ToString();
        return new(via, AddressOf(context), agent.Length == 0 ? null : agent.Length > Limits.UserAgent ? agent[..Limits.UserAgent] : agent);
    }

    public static IEnumerable<Claim> ExtraClaims(bool isAdmin) => isAdmin ? [new Claim(AdminClaim, "true")] : [];

    public static ClaimsPrincipal AsPrincipal(this Caller caller, string scheme) =>
        new(new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, caller.Id.ToString()), new Claim(ClaimTypes.Name, caller.Name), .. ExtraClaims(caller.IsAdmin),
                .. caller.Limit is { } limit ? [new Claim(LimitClaim, limit.ToString())] : (Claim[])[],
                .. caller.Origin is { } origin ? [new Claim(ViaClaim, origin.Via)] : (Claim[])[],
            ],
            scheme));

    private static string? AddressOf(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString() : null;
}
