using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace MlHub.Web.Account;

/// <summary>
/// Identity's store, except that it keeps no secret in clear: the authenticator's key is encrypted with the keys of the data
/// directory, and recovery codes are hashed.
/// </summary>
public sealed class AccountStore(HubDb db, IDataProtectionProvider protection) : UserOnlyStore<HubUser, HubDb, Guid>(db)
{
    /// <summary>Under which MlHub keeps what Identity has no name for.</summary>
    public const string Provider = "[MlHub]";
    public const string LastStep = "LastCodeStep";
    private const string Codes = "RecoveryCodes";

    private readonly IDataProtector _protector = protection.CreateProtector("MlHub.AuthenticatorKey");

    public override Task SetAuthenticatorKeyAsync(HubUser user, string key, CancellationToken cancellationToken) =>
        base.SetAuthenticatorKeyAsync(user, _protector.Protect(key), cancellationToken);

    /// <summary>Null also where the data directory has lost its keys.</summary>
    public override async Task<string?> GetAuthenticatorKeyAsync(HubUser user, CancellationToken cancellationToken)
    {
        try
        {
            return await base.GetAuthenticatorKeyAsync(user, cancellationToken) is { } kept ? _protector.Unprotect(kept) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public override Task ReplaceCodesAsync(HubUser user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken) =>
        SetTokenAsync(user, Provider, Codes, RecoveryCodes.Hash(recoveryCodes), cancellationToken);

    public override async Task<bool> RedeemCodeAsync(HubUser user, string code, CancellationToken cancellationToken)
    {
        if (await GetTokenAsync(user, Provider, Codes, cancellationToken) is not { } kept || RecoveryCodes.RedeemOrNull(kept, code) is not { } left)
        {
            return false;
        }

        await SetTokenAsync(user, Provider, Codes, left, cancellationToken);
        return true;
    }

    public override async Task<int> CountCodesAsync(HubUser user, CancellationToken cancellationToken) =>
        await GetTokenAsync(user, Provider, Codes, cancellationToken) is { } kept ? RecoveryCodes.Left(kept) : 0;

    /// <summary>Makes the key the account's second factor; saved with the account.</summary>
    public async Task SetSecondFactorAsync(HubUser user, string key, long usedStep, IEnumerable<string> recoveryCodes, CancellationToken cancel)
    {
        user.TwoFactorEnabled = true;
        await SetAuthenticatorKeyAsync(user, key, cancel);
        await SetTokenAsync(user, Provider, LastStep, usedStep.ToString(CultureInfo.InvariantCulture), cancel);
        await ReplaceCodesAsync(user, recoveryCodes, cancel);
    }

    /// <summary>Forgets key and codes; saved with the account.</summary>
    public async Task RemoveSecondFactorAsync(HubUser user, CancellationToken cancel)
    {
        user.TwoFactorEnabled = false;
        Context.UserTokens.RemoveRange(await Context.UserTokens.Where(t => t.UserId == user.Id).ToListAsync(cancel));
    }
}
