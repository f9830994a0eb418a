using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using MlHub.Events;
using MlHub.Web.Access;
using MlHub.Web.Startup;

namespace MlHub.Web.Account;

/// <summary>An authenticator's key that is not the account's yet.</summary>
/// <param name="Ticket">Proves that this hub made the key for this account some minutes ago, after asking for the password.</param>
public sealed record OfferedKey(string Key, string Ticket);

/// <summary>A person's own second factor: set up, replaced, switched off. Each asks for the password again.</summary>
public sealed class SecondFactors(
    AccountChanges changes, SignIns signIns, UserManager<HubUser> users, AccountStore store, TimeCodes codes, HubSettings settings, IDataProtectionProvider protection)
{
    private static readonly TimeSpan OfferLife = TimeSpan.FromMinutes(15);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("MlHub.OfferedKey").ToTimeLimitedDataProtector();

    /// <summary>A key for an authenticator app. Nothing is stored until a code of it is entered.</summary>
    /// <param name="code">Of the second factor that is replaced, where there is one.</param>
    public async Task<OfferedKey> OfferAsync(Caller caller, string password, string? code, CancellationToken cancel)
    {
        await signIns.RequireAsync(caller, password, code, cancel);
        var key = users.GenerateNewAuthenticatorKey();
        return new(key, _protector.Protect($"{caller.Id}:{key}", OfferLife));
    }

    /// <exception cref="HubException">Denied for a ticket that is old, or of somebody else.</exception>
    public OfferedKey ReadOffer(Caller caller, string ticket)
    {
        try
        {
            var parts = _protector.Unprotect(ticket).Split(':');
            if (parts[0] == caller.Id.ToString())
            {
                return new(parts[1], ticket);
            }
        }
        catch (CryptographicException)
        {
        }

        throw HubException.Denied("This took too long. Start again.");
    }

    /// <summary>Makes the offered key the account's second factor.</summary>
    /// <returns>The recovery codes: the only moment at which their texts exist.</returns>
    public async Task<IReadOnlyList<string>> TurnOnAsync(Caller caller, string ticket, string code, CancellationToken cancel)
    {
        var key = ReadOffer(caller, ticket).Key;
        if (codes.StepOrNull(key, code.Replace(" ", "", StringComparison.Ordinal)) is not { } step)
        {
            throw HubException.Invalid("The code is wrong. Check that the clock of the device is right, then enter the newest code.");
        }

        var user = await changes.FindAsync(caller);
        var recovery = RecoveryCodes.Create();
        await store.SetSecondFactorAsync(user, key, step, recovery, cancel);
        await changes.SaveAsync(caller, user, EventKinds.UserSecondFactorOn, () => users.UpdateAsync(user));
        return recovery;
    }

    public async Task<IReadOnlyList<string>> ReplaceCodesAsync(Caller caller, string password, string code, CancellationToken cancel)
    {
        await signIns.RequireAsync(caller, password, code, cancel);
        var user = await changes.FindAsync(caller);
        var recovery = RecoveryCodes.Create();
        await store.ReplaceCodesAsync(user, recovery, cancel);
        await changes.SaveAsync(caller, user, EventKinds.UserRecoveryCodesMade, () => users.UpdateAsync(user));
        return recovery;
    }

    /// <exception cref="HubException">Denied where the hub asks the account for a second factor.</exception>
    public async Task TurnOffAsync(Caller caller, string password, string code, CancellationToken cancel)
    {
        await signIns.RequireAsync(caller, password, code, cancel);
        var user = await changes.FindAsync(caller);
        if (settings.SecondFactor.Demands(user))
        {
            throw HubException.Denied("This hub asks your account for a second factor. You can replace it by another.");
        }

        await store.RemoveSecondFactorAsync(user, cancel);
        await changes.SaveAsync(caller, user, EventKinds.UserSecondFactorOff, () => users.UpdateAsync(user));
    }
}
