using System.Net;
using Microsoft.AspNetCore.Identity;
using MlHub.Events;
using MlHub.Web.Audit;

namespace MlHub.Web.Access;

public enum SignInOutcome
{
    Succeeded,
    Wrong,
    LockedOut,
    Disabled,
}

/// <summary>Signs people in by name and password. Five wrong passwords lock an account for five minutes.</summary>
public sealed class SignIns(
    UserManager<HubUser> users, SignInManager<HubUser> signIns, IHttpContextAccessor http, SignInLimits limits, DeniedAttempts denied, HubDbFactory hub, TimeProvider clock)
{
    // Checked for names that do not exist, so that the answer takes as long as for those that do.
    private static readonly HubUser Nobody = new() { UserName = "nobody" };
    private static readonly string NobodysHash = new PasswordHasher<HubUser>(Microsoft.Extensions.Options.Options.Create(PasswordRules.Hashing)).HashPassword(Nobody, Guid.NewGuid().ToString());

    /// <summary>Sets the cookie where it succeeds.</summary>
    /// <exception cref="HubException">TooManyRequests after too many failures from one address.</exception>
    public async Task<SignInOutcome> SignInAsync(string userName, string password, CancellationToken cancel)
    {
        var from = http.HttpContext?.Connection.RemoteIpAddress;
        limits.RequireOpen(from);
        var (outcome, user) = await CheckAsync(userName, password);
        if (outcome != SignInOutcome.Succeeded)
        {
            limits.CountFailure(from);
            denied.Note(http.HttpContext!, $"sign-in: {outcome}", user?.UserName ?? "unknown account");
            return outcome;
        }

        await signIns.SignInAsync(user!, isPersistent: true);
        await RecordAsync(user!, EventKinds.UserSignedIn, cancel);
        return outcome;
    }

    public Task SignOutAsync() => signIns.SignOutAsync();

    /// <summary>The account whose password this is; null for a wrong one and while it is locked or disabled.</summary>
    public async Task<HubUser?> VerifyPasswordOrNullAsync(string userName, string password)
    {
        var (outcome, user) = await CheckAsync(userName, password);
        return outcome == SignInOutcome.Succeeded ? user : null;
    }

    private Task RecordAsync(HubUser user, string kind, CancellationToken cancel) =>
        hub.WriteAsync(
            db =>
            {
                db.Record(user.AsCaller() with { Origin = http.HttpContext?.Origin(PageOrigin.Via) }, clock.GetUtcNow(), kind, user.UserName!);
                return Task.CompletedTask;
            },
            cancel);

    private async Task<(SignInOutcome Outcome, HubUser? User)> CheckAsync(string userName, string password)
    {
        if (password.Length > Limits.PasswordMaximum || userName.Length > Limits.UserName || await users.FindByNameAsync(userName) is not { } user)
        {
            users.PasswordHasher.VerifyHashedPassword(Nobody, NobodysHash, password.Length > Limits.PasswordMaximum ? "" : password);
            return (SignInOutcome.Wrong, null);
        }

        var wasLocked = await users.IsLockedOutAsync(user);
        var result = await signIns.CheckPasswordSignInAsync(user, password, lockoutOnFailure: true);
        if (result.IsLockedOut && !wasLocked)
        {
            await RecordAsync(user, EventKinds.UserLockedOut, default);
        }

        return result switch
        {
            { Succeeded: true } => (user.IsDisabled ? SignInOutcome.Disabled : SignInOutcome.Succeeded, user),
            { IsLockedOut: true } => (SignInOutcome.LockedOut, user),
            _ => (SignInOutcome.Wrong, user),
        };
    }
}
