using Microsoft.EntityFrameworkCore;
using MlHub.Events;
using MlHub.Registry;

namespace MlHub.Access;

/// <summary>An account with the names of its groups, and how many usable tokens it has.</summary>
public sealed record AccountDetails(HubUser User, IReadOnlyList<string> Groups, int Tokens);

/// <summary>An account with what it was given itself, on experiments and on models.</summary>
public sealed record AccountGrants(
    HubUser User, IReadOnlyList<(long ExperimentId, Permission Permission)> Experiments, IReadOnlyList<(string Model, RegistryPermission Permission)> Models);

/// <summary>The accounts of people and programs, as administrators see and change them. Passwords are the web's.</summary>
public sealed class Accounts(HubDbFactory hub, CredentialChanges changes, TimeProvider clock)
{
    private const int MostListed = 1000;

    /// <summary>People, or service accounts, whose name or address holds the text.</summary>
    public async Task<List<AccountDetails>> ListAsync(Caller caller, string? text, bool serviceAccounts, CancellationToken cancel)
    {
        caller.RequireAdmin();
        await using var db = hub.Open();
        var wanted = db.Users.AsNoTracking().Where(u => u.IsServiceAccount == serviceAccounts);
        if (!string.IsNullOrWhiteSpace(text))
        {
            var upper = text.Trim().ToUpperInvariant();
            wanted = wanted.Where(u => u.NormalizedUserName!.Contains(upper) || u.NormalizedEmail!.Contains(upper));
        }

        var users = await wanted.OrderBy(u => u.NormalizedUserName).Take(MostListed).ToListAsync(cancel);
        var ids = users.Select(u => u.Id).ToList();
        var groups = (await db.GroupMembers.Where(m => ids.Contains(m.UserId)).Join(db.Groups, m => m.GroupId, g => g.Id, (m, g) => new { m.UserId, g.Name })
            .OrderBy(g => g.Name).ToListAsync(cancel)).ToLookup(g => g.UserId, g => g.Name);
        var now = clock.GetUtcNow();
        var tokens = await db.AccessTokens.Where(t => ids.Contains(t.UserId) && t.RevokedAt == null && t.ExpiresAt > now)
            .GroupBy(t => t.UserId).Select(g => new { Id = g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Id, g => g.Count, cancel);
        return [.. users.Select(u => new AccountDetails(u, [.. groups[u.Id]], tokens.GetValueOrDefault(u.Id)))];
    }

    /// <summary>Anybody's account for administrators, their own for everybody else.</summary>
    public async Task<AccountGrants> GetAsync(Caller caller, string userName, CancellationToken cancel)
    {
        if (!string.Equals(caller.Name, userName, StringComparison.OrdinalIgnoreCase))
        {
            caller.RequireAdmin();
        }

        await using var db = hub.Open();
        var user = await db.UserAsync(userName, cancel);
        var experiments = await db.ExperimentGrants.Where(g => g.UserId == user.Id).OrderBy(g => g.ExperimentId).ToListAsync(cancel);
        var models = await db.RegistryGrants.Where(g => g.UserId == user.Id).Join(db.RegisteredModels, g => g.ModelId, m => m.Id, (g, m) => new { m.Name, g.Permission })
            .OrderBy(g => g.Name).ToListAsync(cancel);
        return new(user, [.. experiments.Select(g => (g.ExperimentId, g.Permission))], [.. models.Select(m => (m.Name, m.Permission))]);
    }

    /// <summary>The account as a caller; null where it is gone or disabled.</summary>
    public async Task<Caller?> CallerOrNullAsync(Guid id, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return (await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == id && !u.IsDisabled, cancel))?.AsCaller();
    }

    /// <summary>Makes somebody an administrator, or no longer one.</summary>
    /// <exception cref="HubException">Invalid for oneself, for the last administrator and for a service account.</exception>
    public Task SetAdminAsync(Caller caller, string userName, bool isAdmin, CancellationToken cancel) =>
        ChangeAsync(
            caller, userName,
            async (db, user, now) =>
            {
                if (user.IsAdmin == isAdmin)
                {
                    return;
                }

                if (user.IsServiceAccount)
                {
                    throw HubException.Invalid("A service account cannot be an administrator.");
                }

                if (!isAdmin)
                {
                    await RequireDispensableAsync(db, caller, user, "demote", cancel);
                }

                user.IsAdmin = isAdmin;
                db.Record(caller, now, isAdmin ? EventKinds.UserPromoted : EventKinds.UserDemoted, user.UserName!, before: new { isAdmin = !isAdmin }, after: new { isAdmin });
            },
            cancel);

    /// <summary>Closes an account, or opens it again. From the return on, nothing of a closed account is let in.</summary>
    /// <exception cref="HubException">Invalid for oneself and for the last administrator.</exception>
    public Task SetDisabledAsync(Caller caller, string userName, bool isDisabled, CancellationToken cancel) =>
        ChangeAsync(
            caller, userName,
            async (db, user, now) =>
            {
                if (user.IsDisabled == isDisabled)
                {
                    return;
                }

                if (isDisabled)
                {
                    await RequireDispensableAsync(db, caller, user, "disable", cancel);
                }

                user.IsDisabled = isDisabled;
                db.Record(caller, now, isDisabled ? EventKinds.UserDisabled : EventKinds.UserEnabled, user.UserName!, before: new { isDisabled = !isDisabled }, after: new { isDisabled });
            },
            cancel);

    /// <summary>Deletes the account with its tokens and grants. What it did stays under its name.</summary>
    /// <exception cref="HubException">Invalid for oneself and for the last administrator; NotFound where no account is of that kind and name.</exception>
    public Task DeleteAsync(Caller caller, Principal who, CancellationToken cancel) =>
        ChangeAsync(
            caller, who.Name,
            async (db, user, now) =>
            {
                await db.PrincipalAsync(who, cancel);
                await RequireDispensableAsync(db, caller, user, "delete", cancel);
                db.Remove(user);
                await db.AccountFiles.Where(f => f.UserId == user.Id).ExecuteDeleteAsync(cancel);
                await db.SavedViews.Where(v => v.OwnerId == user.Id && !v.IsShared).ExecuteDeleteAsync(cancel);
                db.Record(caller, now, EventKinds.UserDeleted, user.UserName!, before: new { userName = user.UserName, user.IsAdmin, user.IsServiceAccount });
            },
            cancel);

    /// <summary>Where one's own notifications are mailed to, and whether they are.</summary>
    public Task SetMailAsync(Caller caller, string? email, bool refusesMail, CancellationToken cancel)
    {
        email = email?.Trim() is { Length: > 0 } given ? given : null;
        if (email is { Length: > Limits.UserName } || (email is not null && !System.Net.Mail.MailAddress.TryCreate(email, out _)) || email?.Any(char.IsWhiteSpace) == true)
        {
            throw HubException.Invalid("This is not an e-mail address.");
        }

        return hub.WriteAsync(
            async db =>
            {
                var user = await db.Users.FirstOrDefaultAsync(u => u.Id == caller.Id, cancel) ?? throw HubException.NotFound("There is no such account.");
                if (user.Email == email && user.RefusesMail == refusesMail)
                {
                    return;
                }

                db.Record(
                    caller, clock.GetUtcNow(), EventKinds.UserMailChanged, user.UserName!,
                    before: new { user.Email, user.RefusesMail }, after: new { email, refusesMail });
                (user.Email, user.NormalizedEmail, user.RefusesMail) = (email, email?.ToUpperInvariant(), refusesMail);
            },
            cancel);
    }

    private async Task ChangeAsync(Caller caller, string userName, Func<HubDb, HubUser, DateTimeOffset, Task> change, CancellationToken cancel)
    {
        caller.RequireAdmin();
        await hub.WriteAsync(
            async db =>
            {
                var user = await db.UserAsync(userName, cancel);
                // What was signed in before is not what it was: open pages ask for the stamp once a minute.
                (user.SecurityStamp, user.ConcurrencyStamp) = (Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString());
                await change(db, user, clock.GetUtcNow());
            },
            cancel);
        changes.Raise();
    }

    /// <summary>Within the change's transaction, so that two administrators cannot remove each other at once.</summary>
    private static async Task RequireDispensableAsync(HubDb db, Caller caller, HubUser user, string verb, CancellationToken cancel)
    {
        if (user.Id == caller.Id)
        {
            throw HubException.Invalid($"Nobody can {verb} their own account.");
        }

        if (user is { IsAdmin: true, IsDisabled: false } && !await db.Users.AnyAsync(u => u.Id != user.Id && u.IsAdmin && !u.IsDisabled, cancel))
        {
            throw HubException.Invalid($"'{user.UserName}' is the last administrator: nobody can {verb} the account.");
        }
    }
}
