using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
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

    /// <summary>The password was right; the second factor's code is still to come.</summary>
    NeedsCode,

    /// <summary>The password was entered too long ago, or not in this browser; or somebody was still signed in here, who no longer is.</summary>
    Expired,
}

/// <summary>
/// Signs people in: by name and password, with a code after it where the account has a second factor, or by a passkey.
/// Five wrong tries lock an account for five minutes.
/// </summary>
public sealed class SignIns(
    UserManager<HubUser> users, SignInManager<HubUser> signIns, IHttpContextAccessor http, SignInLimits limits, DeniedAttempts denied, HubDbFactory hub, TimeProvider clock)
{
    private const int LongestCode = 32;

    // Checked for names that do not exist, so that the answer takes as long as for those that do.
    private static readonly HubUser Nobody = new() { UserName = "nobody" };
    private static readonly string NobodysHash = new PasswordHasher<HubUser>(Microsoft.Extensions.Options.Options.Create(PasswordRules.Hashing)).HashPassword(Nobody, Guid.NewGuid().ToString());

    private IPAddress? From => http.HttpContext?.Connection.RemoteIpAddress;

    /// <summary>Sets the cookie where it succeeds, or another that only leads to <see cref="EnterCodeAsync"/>.</summary>
    /// <exception cref="HubException">TooManyRequests after too many failures from one address.</exception>
    public async Task<SignInOutcome> SignInAsync(string userName, string password, CancellationToken cancel)
    {
        limits.RequireOpen(From);
        if (await EndedPresentSessionAsync())
        {
            return SignInOutcome.Expired;
        }

        var (outcome, user) = await CheckAsync(userName, password, enter: true);
        return await EndAsync(outcome, user, "password", cancel);
    }

    /// <summary>Whether this browser has entered a right password and owes the code.</summary>
    public async Task<bool> AwaitsCodeAsync() => await signIns.GetTwoFactorAuthenticationUserAsync() is not null;

    /// <summary>The second step: a code of the authenticator app, or a recovery code.</summary>
    /// <exception cref="HubException">TooManyRequests after too many failures from one address.</exception>
    public async Task<SignInOutcome> EnterCodeAsync(string code, CancellationToken cancel)
    {
        limits.RequireOpen(From);
        if (await EndedPresentSessionAsync() || await signIns.GetTwoFactorAuthenticationUserAsync() is not { } user)
        {
            return SignInOutcome.Expired;
        }

        var outcome = await CheckCodeAsync(user, code);
        if (outcome == SignInOutcome.Succeeded)
        {
            await http.HttpContext!.SignOutAsync(IdentityConstants.TwoFactorUserIdScheme);
            await signIns.SignInWithClaimsAsync(user, isPersistent: true, [new Claim("amr", "mfa")]);
        }

        return await EndAsync(outcome, user, "password and code", cancel);
    }

    /// <summary>A passkey is two factors by itself: the device, and what unlocks it. Wrong passwords do not lock it out.</summary>
    /// <param name="credential">The browser's answer to the challenge.</param>
    public async Task<SignInOutcome> SignInWithPasskeyAsync(string credential, CancellationToken cancel)
    {
        limits.RequireOpen(From);
        if (await EndedPresentSessionAsync())
        {
            return SignInOutcome.Expired;
        }

        var found = await AssertAsync(credential);
        var outcome = !found.Succeeded ? SignInOutcome.Wrong : found.User.IsDisabled ? SignInOutcome.Disabled : SignInOutcome.Succeeded;
        if (found.Succeeded && outcome == SignInOutcome.Succeeded)
        {
            // Its counter has moved on.
            await users.AddOrUpdatePasskeyAsync(found.User, found.Passkey);
            await signIns.SignInWithClaimsAsync(found.User, isPersistent: true, [new Claim("amr", "mfa")]);
        }

        return await EndAsync(outcome, found.User, "passkey", cancel);
    }

    public Task SignOutAsync() => signIns.SignOutAsync();

    /// <summary>The account whose password this is; null for a wrong one and while it is locked or disabled.</summary>
    public async Task<HubUser?> VerifyPasswordOrNullAsync(string userName, string password)
    {
        var (outcome, user) = await CheckAsync(userName, password);
        return outcome == SignInOutcome.Succeeded ? user : null;
    }

    /// <summary>Asks again who has signed in already, before they change what guards their account.</summary>
    /// <exception cref="HubException">Denied for a wrong password or a locked account; TooManyRequests as at a sign-in.</exception>
    public async Task<HubUser> RequirePasswordAsync(Caller caller, string password, CancellationToken cancel)
    {
        limits.RequireOpen(From);
        var (outcome, user) = await CheckAsync(caller.Name, password);
        Require(outcome, caller, "The password is wrong.");
        return user!;
    }

    /// <summary>The same, with the second factor's code where the account has one.</summary>
    public async Task RequireAsync(Caller caller, string password, string? code, CancellationToken cancel)
    {
        if (await RequirePasswordAsync(caller, password, cancel) is { TwoFactorEnabled: true } user)
        {
            Require(await CheckCodeAsync(user, code ?? ""), caller, "The code is wrong, or was used before.");
        }
    }

    private void Require(SignInOutcome outcome, Caller caller, string wrong)
    {
        if (outcome != SignInOutcome.Succeeded)
        {
            limits.CountFailure(From);
            denied.Note(http.HttpContext!, $"asked again: {outcome}", caller.Name);
            throw HubException.Denied(outcome == SignInOutcome.LockedOut ? "Too many wrong tries. The account is locked for five minutes." : wrong);
        }
    }

    private async Task<SignInOutcome> EndAsync(SignInOutcome outcome, HubUser? user, string with, CancellationToken cancel)
    {
        if (outcome == SignInOutcome.Succeeded)
        {
            await RecordAsync(user!, EventKinds.UserSignedIn, new { with }, cancel);
        }
        else if (outcome != SignInOutcome.NeedsCode)
        {
            limits.CountFailure(From);
            denied.Note(http.HttpContext!, $"sign-in: {outcome}", user?.UserName ?? "unknown account");
        }

        return outcome;
    }

    /// <summary>
    /// The cookie's handler would go on with a session that the browser has already. Whoever planted theirs would then be signed
    /// in as the next person, so that one is ended and the sign-in starts over.
    /// </summary>
    private async Task<bool> EndedPresentSessionAsync()
    {
        if (http.HttpContext?.User.Identity?.IsAuthenticated != true)
        {
            return false;
        }

        await signIns.SignOutAsync();
        return true;
    }

    private Task RecordAsync(HubUser user, string kind, object? after, CancellationToken cancel) =>
        hub.WriteAsync(
            db =>
            {
                db.Record(user.AsCaller() with { Origin = http.HttpContext?.Origin(PageOrigin.Via) }, clock.GetUtcNow(), kind, user.UserName!, after: after);
                return Task.CompletedTask;
            },
            cancel);

    /// <param name="enter">Whether a right password also signs in, or leads on to the second step.</param>
    private async Task<(SignInOutcome Outcome, HubUser? User)> CheckAsync(string userName, string password, bool enter = false)
    {
        if (password.Length > Limits.PasswordMaximum || userName.Length > Limits.UserName || await users.FindByNameAsync(userName) is not { } user)
        {
            users.PasswordHasher.VerifyHashedPassword(Nobody, NobodysHash, password.Length > Limits.PasswordMaximum ? "" : password);
            return (SignInOutcome.Wrong, null);
        }

        var wasLocked = await users.IsLockedOutAsync(user);
        var result = enter && !user.IsDisabled
            ? await signIns.PasswordSignInAsync(user, password, isPersistent: true, lockoutOnFailure: true)
            : await signIns.CheckPasswordSignInAsync(user, password, lockoutOnFailure: true);
        if (result.IsLockedOut && !wasLocked)
        {
            await RecordAsync(user, EventKinds.UserLockedOut, null, default);
        }

        return result switch
        {
            { Succeeded: true } => (user.IsDisabled ? SignInOutcome.Disabled : SignInOutcome.Succeeded, user),
            { RequiresTwoFactor: true } => (SignInOutcome.NeedsCode, user),
            { IsLockedOut: true } => (SignInOutcome.LockedOut, user),
            _ => (SignInOutcome.Wrong, user),
        };
    }

    private async Task<SignInOutcome> CheckCodeAsync(HubUser user, string code)
    {
        if (user.IsDisabled || await users.IsLockedOutAsync(user))
        {
            return user.IsDisabled ? SignInOutcome.Disabled : SignInOutcome.LockedOut;
        }

        // Counted before it is judged: of many codes tried at once all but one lose the race for the account's row.
        if (!(await users.AccessFailedAsync(user)).Succeeded)
        {
            return SignInOutcome.Wrong;
        }

        if (await IsRightAsync(user, string.Concat(code.Where(c => !char.IsWhiteSpace(c)))))
        {
            await users.SetLockoutEndDateAsync(user, null);
            await users.ResetAccessFailedCountAsync(user);
            return SignInOutcome.Succeeded;
        }

        if (!await users.IsLockedOutAsync(user))
        {
            return SignInOutcome.Wrong;
        }

        await RecordAsync(user, EventKinds.UserLockedOut, null, default);
        return SignInOutcome.LockedOut;
    }

    private async Task<bool> IsRightAsync(HubUser user, string code) =>
        code.Length == 6 && code.All(char.IsAsciiDigit)
            ? await users.VerifyTwoFactorTokenAsync(user, TokenOptions.DefaultAuthenticatorProvider, code)
            : code.Length <= LongestCode && (await users.RedeemTwoFactorRecoveryCodeAsync(user, code)).Succeeded;

    private async Task<PasskeyAssertionResult<HubUser>> AssertAsync(string credential)
    {
        try
        {
            return credential.Length is > 0 and <= Limits.PasskeyAnswer
                ? await signIns.PerformPasskeyAssertionAsync(credential)
                : PasskeyAssertionResult.Fail<HubUser>(new("no answer"));
        }
        catch (InvalidOperationException)
        {
            // This browser was given no challenge, or too long ago.
            return PasskeyAssertionResult.Fail<HubUser>(new("no challenge"));
        }
    }
}
