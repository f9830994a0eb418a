using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using MlHub.Web.Api;

namespace MlHub.Web.Access;

/// <summary>Compares the scopes of the credential with those of the endpoint.</summary>
public sealed class ScopeAuthorization : IAuthorizationHandler
{
    public const string ScopeClaim = "mlhub:scopes";

    public static Claim AsClaim(Scopes scopes) => new(ScopeClaim, ((int)scopes).ToString(CultureInfo.InvariantCulture));

    public Task HandleAsync(AuthorizationHandlerContext context)
    {
        var endpoint = (context.Resource as HttpContext)?.GetEndpoint();
        foreach (var requirement in context.PendingRequirements.ToList())
        {
            var met = requirement switch
            {
                ScopeRequirement => Covers(context.User, endpoint?.Metadata.GetMetadata<DeclaredAccess>()?.Scope ?? Scopes.All),
                NothingUndeclared => endpoint is null || endpoint is not RouteEndpoint,
                _ => false,
            };
            if (met)
            {
                context.Succeed(requirement);
            }
        }

        return Task.CompletedTask;
    }

    // A person in a browser has no scopes: their own rights are the only limit.
    private static bool Covers(ClaimsPrincipal user, Scopes needed) =>
        user.FindFirstValue(ScopeClaim) is not { } scopes || (((Scopes)int.Parse(scopes, CultureInfo.InvariantCulture)) & needed) == needed;
}
