using System.Security.Claims;
using MlHub.Web.Access;
using MlHub.Web.Api;
using MlHub.Web.Shell;

namespace MlHub.Web.Account;

/// <summary>Who has to set up a second factor is led to its page after signing in, and can do nothing else before.</summary>
public static class SecondFactorGate
{
    private const string DueClaim = "mlhub:second-factor-due";

    /// <summary>What the cookie says of somebody whose second factor is due.</summary>
    public static IEnumerable<Claim> Claims(SecondFactorRule rule, HubUser user) =>
        rule.Demands(user) && !user.TwoFactorEnabled ? [new Claim(DueClaim, "true")] : [];

    public static bool IsDue(ClaimsPrincipal user) => user.HasClaim(DueClaim, "true");

    public static IApplicationBuilder UseSecondFactorGate(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (!IsDue(context.User) || ForPrograms.Is(context.Request) || IsOpen(context))
        {
            return next(context);
        }

        if (HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.Redirect(HubUrls.SecondFactor);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
        }

        return Task.CompletedTask;
    });

    private static bool IsOpen(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<DeclaredAccess>() is { Kind: AccessKind.Public }
        || context.Request.Path == HubUrls.SecondFactor || context.Request.Path == HubUrls.SignOut;
}
