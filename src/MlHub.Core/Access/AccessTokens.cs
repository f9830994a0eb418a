using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MlHub.Events;

namespace MlHub.Access;

/// <summary>A token just made: the only moment at which its text exists.</summary>
public sealed record CreatedToken(AccessToken Token, string Text);

/// <summary>Whose token it is, what it may do, and until when.</summary>
public sealed record VerifiedToken(Caller Caller, Scopes Scopes, DateTimeOffset ExpiresAt);

/// <summary>A token and whose it is.</summary>
public sealed record OwnedToken(AccessToken Token, string Owner, bool IsOfServiceAccount);

/// <summary>Tokens for programs, people's own and those of service accounts: made, listed, revoked, checked.</summary>
public sealed class AccessTokens(HubDbFactory hub, CredentialChanges changes, TimeProvider clock)
{
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(365);
    private static readonly TimeSpan LastUsedGrain = TimeSpan.FromMinutes(1);
    private const int MostListed = 1000;

    public async Task<List<AccessToken>> ListAsync(Caller caller, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await db.AccessTokens.AsNoTracking().Where(t => t.UserId == caller.Id).OrderByDescending(t => t.CreatedAt).ToListAsync(cancel);
    }

    /// <summary>The tokens of everybody, or of one account, the newest first; for administrators.</summary>
    public async Task<List<OwnedToken>> ListAllAsync(Caller caller, string? owner, CancellationToken cancel)
    {
        caller.RequireAdmin();
        await using var db = hub.Open();
        var tokens = db.AccessTokens.AsNoTracking().Join(db.Users, t => t.UserId, u => u.Id, (t, u) => new { Token = t, User = u });
        if (!string.IsNullOrWhiteSpace(owner))
        {
            var normalized = owner.Trim().ToUpperInvariant();
            tokens = tokens.Where(t => t.User.NormalizedUserName == normalized);
        }

        return await tokens.OrderBy(t => t.Token.RevokedAt != null).ThenByDescending(t => t.Token.CreatedAt).Take(MostListed)
            .Select(t => new OwnedToken(t.Token, t.User.UserName!, t.User.IsServiceAccount)).ToListAsync(cancel);
    }

    /// <summary>The names of the models that these tokens are restricted to, as far as the caller may read them.</summary>
    public async Task<IReadOnlyDictionary<long, string>> ModelNamesAsync(Caller caller, IEnumerable<AccessToken> tokens, CancellationToken cancel)
    {
        var ids = tokens.SelectMany(t => t.LimitedTo() ?? []).Distinct().ToList();
        await using var db = hub.Open();
        return ids.Count == 0 ? new Dictionary<long, string>() : await db.RegisteredModels.ReadableBy(db, caller).Where(m => ids.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Name, cancel);
    }

    /// <summary>The models that the caller can restrict a token to, by name; some of them where there are many.</summary>
    public async Task<List<string>> ModelChoicesAsync(Caller caller, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await db.RegisteredModels.ReadableBy(db, caller).OrderBy(m => m.Name).Select(m => m.Name).Take(MostListed).ToListAsync(cancel);
    }

    /// <param name="caller">Whose token it will be.</param>
    /// <param name="name">For people.</param>
    /// <param name="scopes">What it may be used for.</param>
    /// <param name="life">For how long.</param>
    /// <param name="cancel">Ends the attempt.</param>
    /// <param name="models">Names of the only models that it is good for; null or none for no such limit.</param>
    public Task<CreatedToken> CreateAsync(Caller caller, string name, Scopes scopes, TimeSpan life, CancellationToken cancel, IReadOnlyCollection<string>? models = null) =>
        CreateAsync(caller, _ => Task.FromResult(caller), name, scopes, life, models ?? [], cancel);

    /// <summary>Makes a token of a service account; for administrators.</summary>
    /// <exception cref="HubException">NotFound where there is no service account of that name.</exception>
    public Task<CreatedToken> CreateForAsync(Caller caller, string serviceAccount, string name, Scopes scopes, TimeSpan life, CancellationToken cancel, IReadOnlyCollection<string>? models = null)
    {
        caller.RequireAdmin();
        return CreateAsync(
            caller,
            async db =>
            {
                var found = await db.PrincipalAsync(new(PrincipalKind.ServiceAccount, serviceAccount), cancel);
                return new Caller(found.Id, found.Who.Name);
            },
            name, scopes, life, models ?? [], cancel);
    }

    private Task<CreatedToken> CreateAsync(
        Caller caller, Func<HubDb, Task<Caller>> ownerOf, string name, Scopes scopes, TimeSpan life, IReadOnlyCollection<string> models, CancellationToken cancel)
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

        if (models.Count > Limits.ModelsPerToken || (models.Count > 0 && (scopes & ~TokenLimit.Most) != 0))
        {
            throw HubException.Invalid(models.Count > Limits.ModelsPerToken
                ? $"A token is restricted to {Limits.ModelsPerToken} models at most."
                : $"A token that is restricted to models has no other scopes than {TokenLimit.Most}: it reads these models and asks them.");
        }

        return hub.WriteAsync(
            async db =>
            {
                var (now, owner) = (clock.GetUtcNow(), await ownerOf(db));
                if (scopes == Scopes.None || (scopes & ~Scopes.All) != 0 || (scopes.HasFlag(Scopes.Admin) && !owner.IsAdmin))
                {
                    throw HubException.Invalid("A token needs at least one scope, and no more than its owner may do.");
                }

                if (await db.AccessTokens.CountAsync(t => t.UserId == owner.Id && t.RevokedAt == null && t.ExpiresAt > now, cancel) >= Limits.TokensPerUser)
                {
                    throw HubException.Invalid($"There are already {Limits.TokensPerUser} usable tokens; revoke one first.");
                }

                var (text, id, hash) = TokenText.Create();
                var token = new AccessToken
                {
                    Id = id,
                    UserId = owner.Id,
                    Name = name,
                    SecretHash = hash,
                    Scopes = scopes,
                    ModelsJson = models.Count == 0 ? null : JsonSerializer.Serialize(await IdsAsync(db, caller, models, cancel)),
                    CreatedAt = now,
                    ExpiresAt = now + life,
                };
                db.Add(token);
                db.Record(caller, now, EventKinds.TokenCreated, owner.Name, after: new { id, name, Scopes = scopes.ToString(), Models = models.Count == 0 ? null : models, token.ExpiresAt });
                return new CreatedToken(token, text);
            },
            cancel);
    }

    /// <summary>From the return on, no call is let in with the token. Administrators may revoke anybody's.</summary>
    public async Task RevokeAsync(Caller caller, string id, CancellationToken cancel)
    {
        await hub.WriteAsync(
            async db =>
            {
                var token = await db.AccessTokens.FirstOrDefaultAsync(t => t.Id == id && (t.UserId == caller.Id || caller.IsAdmin), cancel)
                    ?? throw HubException.NotFound("There is no such token.");
                if (token.RevokedAt is null)
                {
                    token.RevokedAt = clock.GetUtcNow();
                    var owner = token.UserId == caller.Id ? caller.Name : await db.Users.Where(u => u.Id == token.UserId).Select(u => u.UserName!).FirstAsync(cancel);
                    db.Record(caller, token.RevokedAt.Value, EventKinds.TokenRevoked, owner, before: new { id, token.Name });
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

        var caller = found.User.AsCaller() with { Origin = new($"token:{id}", null, null) };
        return new(
            found.Token.LimitedTo() is { } models ? caller with { IsAdmin = false, Limit = new(models, caller.IsAdmin) } : caller, found.Token.Scopes, found.Token.ExpiresAt);
    }

    private static async Task<List<long>> IdsAsync(HubDb db, Caller caller, IReadOnlyCollection<string> names, CancellationToken cancel)
    {
        List<long> ids = [];
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            ids.Add((await db.ModelAsync(caller, name, RegistryPermission.Read, cancel)).Id);
        }

        return ids;
    }
}
