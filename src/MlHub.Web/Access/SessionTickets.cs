using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.WebUtilities;

namespace MlHub.Web.Access;

/// <summary>Keeps who signed in on the server: the cookie holds a secret that leads to a row, so a session can be seen and ended.</summary>
public sealed class SessionTickets(SignInSessions sessions, TimeProvider clock) : ITicketStore
{
    private const string SessionClaim = "mlhub:session";

    /// <summary>The id of the session that an identity came with; null for programs.</summary>
    public static string? SessionOf(ClaimsPrincipal user) => user.FindFirstValue(SessionClaim);

    public Task<string> StoreAsync(AuthenticationTicket ticket) => StoreAsync(ticket, new DefaultHttpContext(), default);

    public async Task<string> StoreAsync(AuthenticationTicket ticket, HttpContext httpContext, CancellationToken cancellationToken)
    {
        var key = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
        var (origin, now) = (httpContext.Origin(PageOrigin.Via), clock.GetUtcNow());
        await sessions.AddAsync(
            new()
            {
                Id = IdOf(key),
                UserId = ticket.Principal.AsCaller().Id,
                Ticket = TicketSerializer.Default.Serialize(ticket),
                Address = origin.Address,
                UserAgent = origin.UserAgent,
                CreatedAt = now,
                SeenAt = now,
                ExpiresAt = EndOf(ticket),
            },
            cancellationToken);
        return key;
    }

    public Task RenewAsync(string key, AuthenticationTicket ticket) => sessions.RenewAsync(IdOf(key), TicketSerializer.Default.Serialize(ticket), EndOf(ticket), default);

    public async Task<AuthenticationTicket?> RetrieveAsync(string key)
    {
        var id = IdOf(key);
        if (await sessions.SeenOrNullAsync(id, default) is not { } session || TicketSerializer.Default.Deserialize(session.Ticket) is not { } ticket)
        {
            return null;
        }

        if (ticket.Principal.Identity is ClaimsIdentity identity && !identity.HasClaim(c => c.Type == SessionClaim))
        {
            identity.AddClaim(new(SessionClaim, id));
        }

        return ticket;
    }

    public Task RemoveAsync(string key) => sessions.RemoveAsync(IdOf(key), default);

    private DateTimeOffset EndOf(AuthenticationTicket ticket) => ticket.Properties.ExpiresUtc ?? clock.GetUtcNow() + SignInSessions.LongestLife;

    private static string IdOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
