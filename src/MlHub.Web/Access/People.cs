using Microsoft.AspNetCore.Identity;
using MlHub.Events;

namespace MlHub.Web.Access;

/// <summary>The accounts of people.</summary>
public sealed class People(UserManager<HubUser> users, HubDbFactory hub, TimeProvider clock)
{
    /// <exception cref="HubException">Denied unless by an administrator; AlreadyExists or Invalid for a name or password that will not do.</exception>
    public async Task<HubUser> CreateAsync(Caller caller, string userName, string password, bool isAdmin, CancellationToken cancel)
    {
        if (!caller.IsAdmin)
        {
            throw HubException.Denied("Permission denied: only an administrator makes accounts.");
        }

        var user = new HubUser { UserName = userName, IsAdmin = isAdmin, LockoutEnabled = true, CreatedAt = clock.GetUtcNow() };
        var made = await users.CreateAsync(user, password);
        if (!made.Succeeded)
        {
            var text = string.Join(" ", made.Errors.Select(e => e.Description));
            throw made.Errors.Any(e => e.Code == nameof(IdentityErrorDescriber.DuplicateUserName)) ? HubException.AlreadyExists(text) : HubException.Invalid(text);
        }

        await hub.WriteAsync(
            db =>
            {
                db.Record(caller, clock.GetUtcNow(), EventKinds.UserCreated, userName, after: new { userName, isAdmin });
                return Task.CompletedTask;
            },
            cancel);
        return user;
    }

    public Task<HubUser?> FindOrNullAsync(string userName) => users.FindByNameAsync(userName);
}
