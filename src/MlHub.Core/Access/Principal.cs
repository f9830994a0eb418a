using Microsoft.EntityFrameworkCore;
using MlHub.Tracking;

namespace MlHub.Access;

public enum PrincipalKind
{
    User,
    Group,
    ServiceAccount,
}

/// <summary>Somebody who can be given a permission, by name.</summary>
public sealed record Principal(PrincipalKind Kind, string Name);

/// <summary>What somebody was given. What comes from above names its object: <c>/registered-models/</c>, the root, or <c>/directories/FOLDER</c>.</summary>
public sealed record Share<TLevel>(Principal Who, TLevel Level, string? InheritedFrom = null)
{
    public bool IsInherited => InheritedFrom is not null;
}

/// <summary>A principal's row.</summary>
internal sealed record FoundPrincipal(Principal Who, Guid Id)
{
    public bool IsGroup => Who.Kind == PrincipalKind.Group;
}

/// <summary>Everybody who can be given a permission.</summary>
public sealed class Principals(HubDbFactory hub)
{
    private const int MostListed = 1000;

    /// <summary>People, groups and service accounts in order of their names, for a form to choose from.</summary>
    public async Task<List<Principal>> ListAsync(Caller caller, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var accounts = await db.Users.Where(u => !u.IsDisabled || caller.IsAdmin).OrderBy(u => u.NormalizedUserName).Take(MostListed)
            .Select(u => new Principal(u.IsServiceAccount ? PrincipalKind.ServiceAccount : PrincipalKind.User, u.UserName!)).ToListAsync(cancel);
        var groups = await db.Groups.OrderBy(g => g.NormalizedName).Take(MostListed)
            .Select(g => new Principal(PrincipalKind.Group, g.Name)).ToListAsync(cancel);
        return [.. accounts, .. groups];
    }
}

internal static class PrincipalQueries
{
    /// <summary>Finds an account, of a person or a program, or a group.</summary>
    /// <exception cref="HubException">NotFound where there is none of that name and kind.</exception>
    public static async Task<FoundPrincipal> PrincipalAsync(this HubDb db, Principal who, CancellationToken cancel)
    {
        if (who.Kind == PrincipalKind.Group)
        {
            var group = await db.GroupAsync(who.Name, cancel);
            return new(new(PrincipalKind.Group, group.Name), group.Id);
        }

        var user = await db.UserAsync(who.Name, cancel);
        return who.Kind == PrincipalKind.ServiceAccount && !user.IsServiceAccount
            ? throw HubException.NotFound($"Service account with name={LogRules.Shown(who.Name)} not found")
            : new(user.AsPrincipal(), user.Id);
    }

    /// <summary>The people, service accounts and groups that these levels were given to, by id.</summary>
    public static async Task<Dictionary<Guid, (FoundPrincipal Who, TLevel Level)>> WithLevelsAsync<TLevel>(
        this HubDb db, Dictionary<Guid, TLevel> levels, CancellationToken cancel)
    {
        var accounts = await db.Users.AsNoTracking().Where(u => levels.Keys.Contains(u.Id)).ToListAsync(cancel);
        var groups = await db.Groups.AsNoTracking().Where(g => levels.Keys.Contains(g.Id)).ToListAsync(cancel);
        return accounts.Select(u => new FoundPrincipal(u.AsPrincipal(), u.Id))
            .Concat(groups.Select(g => new FoundPrincipal(new(PrincipalKind.Group, g.Name), g.Id)))
            .ToDictionary(p => p.Id, p => (p, levels[p.Id]));
    }

    public static Principal AsPrincipal(this HubUser user) =>
        new(user.IsServiceAccount ? PrincipalKind.ServiceAccount : PrincipalKind.User, user.UserName!);

    public static async Task<HubUser> UserAsync(this HubDb db, string userName, CancellationToken cancel)
    {
        var normalized = userName.ToUpperInvariant();
        return await db.Users.FirstOrDefaultAsync(u => u.NormalizedUserName == normalized, cancel)
            ?? throw HubException.NotFound($"User with username={LogRules.Shown(userName)} not found");
    }

    public static async Task<Group> GroupAsync(this HubDb db, string name, CancellationToken cancel)
    {
        var normalized = name.ToUpperInvariant();
        return await db.Groups.FirstOrDefaultAsync(g => g.NormalizedName == normalized, cancel)
            ?? throw HubException.NotFound($"Group with name={LogRules.Shown(name)} not found");
    }
}
