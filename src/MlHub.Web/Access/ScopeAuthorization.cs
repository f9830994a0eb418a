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
        var declared = endpoint?.Metadata.GetMetadata<DeclaredAccess>();
        foreach (var requirement in context.PendingRequirements.ToList())
        {
            var met = requirement switch
            {
                ScopeRequirement => Covers(context.User, declared?.Scope ?? Scopes.All) && (declared?.IsOfOneModel == true || !IsLimited(context.User)),
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

    /// <summary>Whether the token is good for some models only. What an endpoint is about must then be one model; which one, the registry's access asks.</summary>
    public static bool IsLimited(ClaimsPrincipal user) => user.HasClaim(c => c.Type == Callers.LimitClaim);

    // A person in a browser has no scopes: their own rights are the only limit.
    private static bool Covers(ClaimsPrincipal user, Scopes needed) =>
        user.FindFirstValue(ScopeClaim) is not { } scopes || (((Scopes)int.Parse(scopes, CultureInfo.InvariantCulture)) & needed) == needed;
}
