using System.Collections.Concurrent;
using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using MlHub.Web.Account;
using MlHub.Web.Startup;

namespace MlHub.Web.Access;

/// <summary>
/// Verifies what programs send. A verified credential is remembered for some seconds under its hash, since a password's hash is
/// slow on purpose and a training job sends it with every call; any change of tokens or accounts makes them all be verified again.
/// </summary>
public sealed class Credentials(AccessTokens tokens, CredentialChanges changes, IServiceScopeFactory scopes, SignInLimits limits, HubSettings settings, TimeProvider clock)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(30);
    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<UInt128, Verified> _verified = new();
    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(32);

    public async ValueTask<ClaimsPrincipal?> VerifyOrNullAsync(string? user, string secret, IPAddress? from, CancellationToken cancel)
    {
        var key = KeyOf(user, secret);
        // Read before the verification, so that a change during it counts as one after it.
        var (changed, now) = (changes.Count, clock.GetUtcNow());
        if (_verified.TryGetValue(key, out var known) && known.Changed == changed && now < known.Until)
        {
            return known.Principal;
        }

        limits.RequireOpen(from);
        if (await FindOrNullAsync(user, secret, from, cancel) is not { } found)
        {
            limits.CountFailure(from);
            return null;
        }

        if (_verified.Count > MostRemembered)
        {
            _verified.Clear();
        }

        _verified[key] = new(found.Principal, found.Ends < now + Remembered ? found.Ends : now + Remembered, changed);
        return found.Principal;
    }

    private async Task<(ClaimsPrincipal Principal, DateTimeOffset Ends)?> FindOrNullAsync(string? user, string secret, IPAddress? from, CancellationToken cancel)
    {
        if (secret.StartsWith(TokenText.Prefix, StringComparison.Ordinal))
        {
            return await tokens.VerifyOrNullAsync(secret, cancel) is { } found && (string.IsNullOrEmpty(user) || Matches(user, found.Caller))
                ? (With(found.Caller, found.Scopes), found.ExpiresAt)
                : null;
        }

        if (string.IsNullOrEmpty(user))
        {
            return null;
        }

        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<SignIns>().VerifyPasswordOrNullAsync(user, secret) is not { } account)
        {
            return null;
        }

        // A program cannot be asked for a code, and a password alone is not enough here.
        if (account.TwoFactorEnabled || settings.SecondFactor.Demands(account))
        {
            limits.CountFailure(from);
            throw new HubException(
                HubError.Unauthenticated, "This account has a second factor, so its password alone opens nothing. Use an access token: set MLFLOW_TRACKING_TOKEN to one.");
        }

        return (With(account.AsCaller() with { Origin = new("password", null, null) }, account.IsAdmin ? Scopes.All : Scopes.All & ~Scopes.Admin), DateTimeOffset.MaxValue);
    }

    private static bool Matches(string user, Caller caller) =>
        string.Equals(user, caller.Name, StringComparison.OrdinalIgnoreCase) || user is "token" or "__token__";

    private static ClaimsPrincipal With(Caller caller, Scopes allowed)
    {
        var principal = caller.AsPrincipal(TokenScheme.Name);
        ((ClaimsIdentity)principal.Identity!).AddClaim(ScopeAuthorization.AsClaim(allowed));
        return principal;
    }

    private UInt128 KeyOf(string? user, string secret)
    {
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(_salt, Encoding.UTF8.GetBytes($"{user?.Length ?? -1}:{user}:{secret}"), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    /// <summary>What was found, until when it may be trusted, and how many changes of credentials there had been.</summary>
    private readonly record struct Verified(ClaimsPrincipal Principal, DateTimeOffset Until, long Changed);
}
