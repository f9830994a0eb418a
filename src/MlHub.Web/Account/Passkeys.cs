using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using MlHub.Events;
using MlHub.Web.Access;

namespace MlHub.Web.Account;

/// <summary>A person's own passkeys (WebAuthn): made, listed, removed.</summary>
public sealed class Passkeys(AccountChanges changes, SignIns signIns, UserManager<HubUser> users, SignInManager<HubUser> identity)
{
    public async Task<IReadOnlyList<UserPasskeyInfo>> ListAsync(Caller caller) =>
        [.. (await users.GetPasskeysAsync(await changes.FindAsync(caller))).OrderBy(p => p.CreatedAt)];

    /// <summary>What the browser needs to make a passkey; the challenge waits in a cookie.</summary>
    public async Task<string> OfferAsync(Caller caller, string password, CancellationToken cancel)
    {
        await signIns.RequirePasswordAsync(caller, password, cancel);
        var user = await changes.FindAsync(caller);
        if ((await users.GetPasskeysAsync(user)).Count >= Limits.PasskeysPerUser)
        {
            throw HubException.Invalid($"There are already {Limits.PasskeysPerUser} passkeys; remove one first.");
        }

        return await identity.MakePasskeyCreationOptionsAsync(new() { Id = user.Id.ToString(), Name = user.UserName!, DisplayName = user.UserName! });
    }

    /// <param name="credential">What the browser made of the offer.</param>
    public async Task AddAsync(Caller caller, string name, string credential)
    {
        name = name.Trim();
        if (name.Length is 0 or > Limits.PasskeyName || name.Any(char.IsControl))
        {
            throw HubException.Invalid($"A passkey needs a name of at most {Limits.PasskeyName} characters.");
        }

        var made = await AttestAsync(credential);
        if (!made.Succeeded || made.UserEntity.Id != caller.Id.ToString())
        {
            throw HubException.Invalid("The browser's answer could not be verified. Try again.");
        }

        var user = await changes.FindAsync(caller);
        made.Passkey.Name = name;
        await changes.SaveAsync(caller, user, EventKinds.UserPasskeyAdded, () => users.AddOrUpdatePasskeyAsync(user, made.Passkey), after: new { name });
    }

    public async Task RemoveAsync(Caller caller, string id)
    {
        var user = await changes.FindAsync(caller);
        var passkey = (await users.GetPasskeysAsync(user)).FirstOrDefault(p => IdOf(p) == id) ?? throw HubException.NotFound("There is no such passkey.");
        await changes.SaveAsync(
            caller, user, EventKinds.UserPasskeyRemoved, () => users.RemovePasskeyAsync(user, passkey.CredentialId), before: new { passkey.Name });
    }

    public static string IdOf(UserPasskeyInfo passkey) => WebEncoders.Base64UrlEncode(passkey.CredentialId);

    private async Task<PasskeyAttestationResult> AttestAsync(string credential)
    {
        try
        {
            return credential.Length is > 0 and <= Limits.PasskeyAnswer
                ? await identity.PerformPasskeyAttestationAsync(credential)
                : PasskeyAttestationResult.Fail(new("no answer"));
        }
        catch (InvalidOperationException)
        {
            // Nothing was offered to this browser, or too long ago.
            return PasskeyAttestationResult.Fail(new("not offered"));
        }
    }
}
