using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using MlHub.Web.Api;

namespace MlHub.Web.Access;

/// <summary>
/// How programs sign in: <c>Authorization: Bearer</c> with a token (MLFLOW_TRACKING_TOKEN), or Basic with a user name and a
/// token or password (MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD).
/// </summary>
public sealed class TokenScheme(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Credentials credentials)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "Token";
    private const string Refusal = "mlhub:refusal";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.Length == 0)
        {
            return AuthenticateResult.NoResult();
        }

        try
        {
            var (user, secret) = Parse(header);
            return await credentials.VerifyOrNullAsync(user, secret, Context.Connection.RemoteIpAddress, Context.RequestAborted) is { } principal
                ? AuthenticateResult.Success(new(principal, Name))
                : AuthenticateResult.Fail("wrong credentials");
        }
        catch (HubException e)
        {
            Context.Items[Refusal] = e;
            return AuthenticateResult.Fail(e.Message);
        }
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Context.Items[Refusal] is HubException refusal)
        {
            return MlflowErrors.WriteAsync(Context, refusal);
        }

        Response.Headers.WWWAuthenticate = "Basic realm=\"mlflow\"";
        return MlflowErrors.WriteAsync(
            Context,
            new HubException(
                HubError.Unauthenticated,
                "You are not authenticated. Set MLFLOW_TRACKING_TOKEN to an access token of your account, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD."));
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        MlflowErrors.WriteAsync(Context, HubException.Denied(
            ScopeAuthorization.IsLimited(Context.User) && Context.GetEndpoint()?.Metadata.GetMetadata<DeclaredAccess>()?.IsOfOneModel != true
                ? "Permission denied: the access token is restricted to some models, and this call is about more than one of them."
                : "Permission denied: the access token lacks the scope that this call needs."));

    /// <summary>Null as user for a bearer token; anything unreadable gives credentials that nobody has.</summary>
    private static (string? User, string Secret) Parse(string header)
    {
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return (null, header[7..].Trim());
        }

        var buffer = new byte[header.Length];
        if (header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) && Convert.TryFromBase64String(header[6..].Trim(), buffer, out var length))
        {
            var text = Encoding.UTF8.GetString(buffer, 0, length);
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            return colon < 0 ? ("", "") : (text[..colon], text[(colon + 1)..]);
        }

        return ("", "");
    }
}
