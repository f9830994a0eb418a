using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MlHub.Events;

namespace MlHub.Web.Access;

/// <summary>The accounts of people.</summary>
/// <param name="users">Works on <paramref name="db"/>, so that an account and its event are saved as one.</param>
public sealed class People(UserManager<HubUser> users, HubDb db, EventSignal signal, TimeProvider clock)
{
    /// <exception cref="HubException">Denied unless by an administrator; AlreadyExists or Invalid for a name or password that will not do.</exception>
    public async Task<HubUser> CreateAsync(Caller caller, string userName, string password, bool isAdmin, CancellationToken cancel)
    {
        if (!caller.IsAdmin)
        {
            throw HubException.Denied("Permission denied: only an administrator makes accounts.");
        }

        MlHub.Tracking.LogRules.CheckLength(userName, Limits.UserName, "username");
        var now = clock.GetUtcNow();
        var user = new HubUser { UserName = userName, IsAdmin = isAdmin, LockoutEnabled = true, CreatedAt = now };
        db.Record(caller, now, EventKinds.UserCreated, userName, after: new { userName, isAdmin });
        try
        {
            var made = await users.CreateAsync(user, password);
            if (made.Succeeded)
            {
                signal.Raise();
                return user;
            }

            var text = string.Join(" ", made.Errors.Select(e => e.Description));
            throw made.Errors.Any(e => e.Code == nameof(IdentityErrorDescriber.DuplicateUserName)) ? HubException.AlreadyExists(text) : HubException.Invalid(text);
        }
        catch (DbUpdateException)
        {
            throw HubException.AlreadyExists($"Username '{userName}' is already taken.");
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }

    public Task<HubUser?> FindOrNullAsync(string userName) => users.FindByNameAsync(userName);
}
