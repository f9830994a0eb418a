using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MlHub.Events;

namespace MlHub.Web.Access;

/// <summary>The accounts of people and their passwords.</summary>
/// <param name="users">Works on <paramref name="db"/>, so that an account and its event are saved as one.</param>
public sealed class People(UserManager<HubUser> users, HubDb db, EventSignal signal, CredentialChanges changes, TimeProvider clock)
{
    /// <summary>How long a link to choose a password can be used.</summary>
    public static readonly TimeSpan InvitationLife = TimeSpan.FromHours(24);

    /// <summary>Without a password the account waits for its invitation to be accepted.</summary>
    /// <exception cref="HubException">Denied unless by an administrator; AlreadyExists or Invalid for a name or password that will not do.</exception>
    public async Task<HubUser> CreateAsync(Caller caller, string userName, string? password, bool isAdmin, CancellationToken cancel)
    {
        caller.RequireAdmin();
        MlHub.Tracking.LogRules.CheckLength(userName, Limits.UserName, "username");
        var now = clock.GetUtcNow();
        var user = new HubUser { UserName = userName, IsAdmin = isAdmin, LockoutEnabled = true, CreatedAt = now };
        db.Record(caller, now, EventKinds.UserCreated, userName, after: new { userName, isAdmin });
        try
        {
            await SaveAsync(() => password is null ? users.CreateAsync(user) : users.CreateAsync(user, password));
            return user;
        }
        catch (DbUpdateException)
        {
            throw HubException.AlreadyExists($"Username '{userName}' is already taken.");
        }
    }

    /// <summary>A code with which somebody may choose a password, once; it ends with the next change of the account.</summary>
    public async Task<string> InviteAsync(Caller caller, string userName, CancellationToken cancel)
    {
        caller.RequireAdmin();
        var user = await PersonAsync(userName);
        var code = await users.GeneratePasswordResetTokenAsync(user);
        db.Record(caller, clock.GetUtcNow(), EventKinds.UserInvited, user.UserName!);
        await db.SaveChangesAsync(cancel);
        signal.Raise();
        return code;
    }

    /// <summary>Chooses a password with the code of an invitation.</summary>
    /// <exception cref="HubException">Denied for a wrong, used or old code; Invalid for a password that will not do.</exception>
    public async Task AcceptAsync(string userName, string code, string password)
    {
        if (await users.FindByNameAsync(userName) is not { IsServiceAccount: false } user
            || !await users.VerifyUserTokenAsync(user, users.Options.Tokens.PasswordResetTokenProvider, UserManager<HubUser>.ResetPasswordTokenPurpose, code))
        {
            throw HubException.Denied("This link has been used or has run out. Ask an administrator for a new one.");
        }

        db.Record(user.AsCaller(), clock.GetUtcNow(), EventKinds.UserPasswordChanged, user.UserName!);
        await SaveAsync(() => users.ResetPasswordAsync(user, code, password));
    }

    /// <exception cref="HubException">Denied unless by an administrator; Invalid for a password that will not do.</exception>
    public async Task SetPasswordAsync(Caller caller, string userName, string password, CancellationToken cancel)
    {
        caller.RequireAdmin();
        var user = await PersonAsync(userName);
        db.Record(caller, clock.GetUtcNow(), EventKinds.UserPasswordChanged, user.UserName!);
        await SaveAsync(async () => await users.ResetPasswordAsync(user, await users.GeneratePasswordResetTokenAsync(user), password));
    }

    /// <summary>Changes one's own password; whoever is signed in elsewhere has to sign in again.</summary>
    /// <exception cref="HubException">Invalid where the present one is wrong, or the new one will not do.</exception>
    public async Task ChangePasswordAsync(Caller caller, string present, string password, CancellationToken cancel)
    {
        var user = await PersonAsync(caller.Name);
        db.Record(caller, clock.GetUtcNow(), EventKinds.UserPasswordChanged, user.UserName!);
        await SaveAsync(() => users.ChangePasswordAsync(user, present, password));
    }

    public Task<HubUser?> FindOrNullAsync(string userName) => users.FindByNameAsync(userName);

    private async Task<HubUser> PersonAsync(string userName) => await users.FindByNameAsync(userName) switch
    {
        null => throw HubException.NotFound($"User with username={MlHub.Tracking.LogRules.Shown(userName)} not found"),
        { IsServiceAccount: true } => throw HubException.Invalid("A service account has no password; make it a token."),
        var user => user,
    };

    /// <summary>Saves with the event recorded before; nothing is left of it where Identity refuses.</summary>
    private async Task SaveAsync(Func<Task<IdentityResult>> change)
    {
        try
        {
            var result = await change();
            if (!result.Succeeded)
            {
                var text = string.Join(" ", result.Errors.Select(e => e.Description));
                throw result.Errors.Any(e => e.Code == nameof(IdentityErrorDescriber.DuplicateUserName)) ? HubException.AlreadyExists(text) : HubException.Invalid(text);
            }
        }
        finally
        {
            db.ChangeTracker.Clear();
        }

        changes.Raise();
        signal.Raise();
    }
}
