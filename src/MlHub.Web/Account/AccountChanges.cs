using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MlHub.Events;

namespace MlHub.Web.Account;

/// <summary>Saves a change of somebody's own credentials with its event as one, and ends what else they are signed in with.</summary>
/// <param name="users">Works on <paramref name="db"/>, as all of Identity does.</param>
public sealed class AccountChanges(
    UserManager<HubUser> users, SignInManager<HubUser> signIns, HubDb db, EventSignal signal, CredentialChanges credentials, TimeProvider clock)
{
    public async Task<HubUser> FindAsync(Caller caller) =>
        await users.FindByIdAsync(caller.Id.ToString()) is { IsDisabled: false } user
            ? user
            : throw new HubException(HubError.Unauthenticated, "Sign in first.");

    /// <param name="change">Must end with a save by Identity.</param>
    public async Task SaveAsync(Caller caller, HubUser user, string kind, Func<Task<IdentityResult>> change, object? before = null, object? after = null)
    {
        db.Record(caller, clock.GetUtcNow(), kind, user.UserName!, before: before, after: after);
        // Cookies carry the stamp; one with another stamp is refused within a minute.
        user.SecurityStamp = Guid.NewGuid().ToString("N");
        try
        {
            if (await change() is { Succeeded: false } refused)
            {
                throw Refusal(refused);
            }
        }
        catch (DbUpdateConcurrencyException)
        {
            throw HubException.Conflict("The account was changed at the same moment. Try again.");
        }
        finally
        {
            db.ChangeTracker.Clear();
        }

        credentials.Raise();
        signal.Raise();
        await KeepSignedInAsync(caller);
    }

    /// <summary>This browser's cookie goes on with the new stamp.</summary>
    public async Task KeepSignedInAsync(Caller caller) => await signIns.RefreshSignInAsync(await FindAsync(caller));

    private static HubException Refusal(IdentityResult refused) =>
        refused.Errors.Any(e => e.Code == nameof(IdentityErrorDescriber.ConcurrencyFailure))
            ? HubException.Conflict("The account was changed at the same moment. Try again.")
            : HubException.Invalid(string.Join(" ", refused.Errors.Select(e => e.Description)));
}
