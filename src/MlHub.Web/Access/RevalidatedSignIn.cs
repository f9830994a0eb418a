using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace MlHub.Web.Access;

/// <summary>An open page lives for hours: asks once a minute whether its person is still who they were.</summary>
public class RevalidatedSignIn(ILoggerFactory logger, IServiceScopeFactory scopes, SignInSessions sessions, IOptions<IdentityOptions> identity)
    : RevalidatingServerAuthenticationStateProvider(logger)
{
    protected override TimeSpan RevalidationInterval => AccessServices.StampChecked;

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<HubUser>>();
        var user = await users.GetUserAsync(authenticationState.User);
        return user is { IsDisabled: false }
            && SessionTickets.SessionOf(authenticationState.User) is { } session && await sessions.IsAliveAsync(session, cancellationToken)
            && authenticationState.User.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType) == await users.GetSecurityStampAsync(user);
    }
}
