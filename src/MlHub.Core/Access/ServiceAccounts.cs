using Microsoft.EntityFrameworkCore;
using MlHub.Events;

namespace MlHub.Access;

/// <summary>The accounts of programs: without a password, with tokens that administrators make, independent of any person.</summary>
public sealed class ServiceAccounts(HubDbFactory hub, TimeProvider clock)
{
    public Task<HubUser> CreateAsync(Caller caller, string name, CancellationToken cancel)
    {
        caller.RequireAdmin();
        name = name.Trim();
        AccountNames.Check(name);
        return hub.WriteAsync(
            async db =>
            {
                var normalized = name.ToUpperInvariant();
                if (await db.Users.AnyAsync(u => u.NormalizedUserName == normalized, cancel))
                {
                    throw HubException.AlreadyExists($"Username '{name}' is already taken.");
                }

                var now = clock.GetUtcNow();
                var user = new HubUser
                {
                    Id = Guid.CreateVersion7(),
                    UserName = name,
                    NormalizedUserName = normalized,
                    IsServiceAccount = true,
                    RefusesMail = true,
                    SecurityStamp = Guid.NewGuid().ToString("N"),
                    CreatedAt = now,
                };
                db.Add(user);
                db.Record(caller, now, EventKinds.UserCreated, name, after: new { userName = name, isServiceAccount = true });
                return user;
            },
            cancel);
    }
}
