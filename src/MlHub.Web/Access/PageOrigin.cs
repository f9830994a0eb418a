using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace MlHub.Web.Access;

/// <summary>
/// Adds to whoever signed in with a browser the address and program that they came with: an open page's circuit keeps the
/// identity but not the request, and what is done there is audited too.
/// </summary>
public sealed class PageOrigin(IHttpContextAccessor http) : IClaimsTransformation
{
    public const string Via = "page";
    private const string AddressClaim = "mlhub:address";
    private const string AgentClaim = "mlhub:agent";

    public static CallOrigin? Of(ClaimsPrincipal user) =>
        user.Identity?.AuthenticationType == TokenScheme.Name ? null : new(Via, user.FindFirstValue(AddressClaim), user.FindFirstValue(AgentClaim));

    public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
    {
        if (principal.Identity?.AuthenticationType == TokenScheme.Name || http.HttpContext is not { } context)
        {
            return Task.FromResult(principal);
        }

        var origin = context.Origin(Via);
        var claims = new ClaimsIdentity();
        Add(claims, AddressClaim, origin.Address);
        Add(claims, AgentClaim, origin.UserAgent);
        // A new principal: the cookie is renewed from the old one and must not grow.
        return Task.FromResult(new ClaimsPrincipal([.. principal.Identities, claims]));
    }

    private static void Add(ClaimsIdentity claims, string type, string? value)
    {
        if (value is not null)
        {
            claims.AddClaim(new Claim(type, value));
        }
    }
}
