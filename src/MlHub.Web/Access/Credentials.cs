using System.Collections.Concurrent;
using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using MlHub.Events;

namespace MlHub.Web.Access;

/// <summary>
/// Verifies what programs send. A verified credential is remembered for some seconds under its hash, since a password's hash is
/// slow on purpose and a training job sends it with every call; any change of tokens or accounts forgets them all.
/// </summary>
public sealed class Credentials(AccessTokens tokens, IServiceScopeFactory scopes, SignInLimits limits, TimeProvider clock) : ICredentialChanges
{
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(30);
    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<UInt128, (ClaimsPrincipal Principal, long Until)> _verified = new();
    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(32);

    public async ValueTask<ClaimsPrincipal?> VerifyOrNullAsync(string? user, string secret, IPAddress? from, CancellationToken cancel)
    {
        var key = KeyOf(user, secret);
        if (_verified.TryGetValue(key, out var known) && known.Until > clock.GetTimestamp())
        {
            return known.Principal;
        }

        limits.RequireOpen(from);
        var principal = await FindOrNullAsync(user, secret, cancel);
        if (principal is null)
        {
            limits.CountFailure(from);
            return null;
        }

        if (_verified.Count > MostRemembered)
        {
            _verified.Clear();
        }

        _verified[key] = (principal, clock.GetTimestamp() + (long)(Remembered.TotalSeconds * clock.TimestampFrequency));
        return principal;
    }

    public void Forget() => _verified.Clear();

    private async Task<ClaimsPrincipal?> FindOrNullAsync(string? user, string secret, CancellationToken cancel)
    {
        if (secret.StartsWith(TokenText.Prefix, StringComparison.Ordinal))
        {
            return await tokens.VerifyOrNullAsync(secret, cancel) is { } found && (string.IsNullOrEmpty(user) || Matches(user, found.Caller))
                ? With(found.Caller, found.Scopes)
                : null;
        }

        if (string.IsNullOrEmpty(user))
        {
            return null;
        }

        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<SignIns>().VerifyPasswordOrNullAsync(user, secret) is { } account
            ? With(account.AsCaller(), account.IsAdmin ? Scopes.All : Scopes.All & ~Scopes.Admin)
            : null;
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
}
