using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using MlHub.Events;

namespace MlHub.Access;

/// <summary>A token just made: the only moment at which its text exists.</summary>
public sealed record CreatedToken(AccessToken Token, string Text);

/// <summary>Whose token it is, what it may do, and until when.</summary>
public sealed record VerifiedToken(Caller Caller, Scopes Scopes, DateTimeOffset ExpiresAt);

/// <summary>A person's own tokens for programs: made, listed, revoked, checked.</summary>
public sealed class AccessTokens(HubDbFactory hub, CredentialChanges changes, TimeProvider clock)
{
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(365);
    private static readonly TimeSpan LastUsedGrain = TimeSpan.FromMinutes(1);

    public async Task<List<AccessToken>> ListAsync(Caller caller, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await db.AccessTokens.AsNoTracking().Where(t => t.UserId == caller.Id).OrderByDescending(t => t.CreatedAt).ToListAsync(cancel);
    }

    public Task<CreatedToken> CreateAsync(Caller caller, string name, Scopes scopes, TimeSpan life, CancellationToken cancel)
    {
        name = name.Trim();
        if (name.Length is 0 or > Limits.TokenName || name.Any(char.IsControl))
        {
            throw HubException.Invalid($"A token needs a name of at most {Limits.TokenName} characters.");
        }

        if (life <= TimeSpan.Zero || life > LongestLife)
        {
            throw HubException.Invalid($"A token lives at least a moment and at most {LongestLife.Days} days.");
        }

        if (scopes == Scopes.None || (scopes & ~Scopes.All) != 0 || (scopes.HasFlag(Scopes.Admin) && !caller.IsAdmin))
        {
            throw HubException.Invalid("A token needs at least one scope, and no more than its owner may do.");
        }

        return hub.WriteAsync(
            async db =>
            {
                var now = clock.GetUtcNow();
                if (await db.AccessTokens.CountAsync(t => t.UserId == caller.Id && t.RevokedAt == null && t.ExpiresAt > now, cancel) >= Limits.TokensPerUser)
                {
                    throw HubException.Invalid($"There are already {Limits.TokensPerUser} usable tokens; revoke one first.");
                }

                var (text, id, hash) = TokenText.Create();
                var token = new AccessToken
                {
                    Id = id,
                    UserId = caller.Id,
                    Name = name,
                    SecretHash = hash,
                    Scopes = scopes,
                    CreatedAt = now,
                    ExpiresAt = now + life,
                };
                db.Add(token);
                db.Record(caller, now, EventKinds.TokenCreated, caller.Name, after: new { id, name, Scopes = scopes.ToString(), token.ExpiresAt });
                return new CreatedToken(token, text);
            },
            cancel);
    }

    /// <summary>From the return on, no call is let in with the token.</summary>
    public async Task RevokeAsync(Caller caller, string id, CancellationToken cancel)
    {
        await hub.WriteAsync(
            async db =>
            {
                var token = await db.AccessTokens.FirstOrDefaultAsync(t => t.Id == id && t.UserId == caller.Id, cancel)
                    ?? throw HubException.NotFound("There is no such token.");
                if (token.RevokedAt is null)
                {
                    token.RevokedAt = clock.GetUtcNow();
                    db.Record(caller, token.RevokedAt.Value, EventKinds.TokenRevoked, caller.Name, before: new { id, token.Name });
                }
            },
            cancel);
        changes.Raise();
    }

    /// <summary>Whose token this is and what it may do; null for one that is unknown, expired, revoked or of a disabled account.</summary>
    public async Task<VerifiedToken?> VerifyOrNullAsync(string text, CancellationToken cancel)
    {
        if (!TokenText.TryParse(text, out var id, out var hash))
        {
            return null;
        }

        await using var db = hub.Open();
        var found = await db.AccessTokens.AsNoTracking().Where(t => t.Id == id)
            .Join(db.Users, t => t.UserId, u => u.Id, (t, u) => new { Token = t, User = u })
            .FirstOrDefaultAsync(cancel);
        var now = clock.GetUtcNow();
        if (found is null || !CryptographicOperations.FixedTimeEquals(hash, found.Token.SecretHash) || !found.Token.IsUsable(now) || found.User.IsDisabled)
        {
            return null;
        }

        if (found.Token.LastUsedAt is not { } last || now - last >= LastUsedGrain)
        {
            await hub.WriteAsync(d => d.AccessTokens.Where(t => t.Id == id).ExecuteUpdateAsync(s => s.SetProperty(t => t.LastUsedAt, now), cancel), cancel);
        }

        return new(found.User.AsCaller() with { Origin = new($"token:{id}", null, null) }, found.Token.Scopes, found.Token.ExpiresAt);
    }
}
