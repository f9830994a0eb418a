using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using MlHub.Web.Access;

namespace MlHub.Web.Account;

/// <summary>What somebody sees and changes of their own account.</summary>
public partial class AccountPage
{
    private HubUser? _user;
    private IReadOnlyList<UserPasskeyInfo> _passkeys = [];
    private List<SignInSession> _sessions = [];
    private string? _session;
    private string? _done;
    private string? _mailRefusal;
    private string? _passwordRefusal;
    private string? _passkeyRefusal;

    [Inject]
    public required Accounts Accounts { get; init; }

    [Inject]
    public required AccountChanges Changes { get; init; }

    [Inject]
    public required People People { get; init; }

    [Inject]
    public required SignIns SignIns { get; init; }

    [Inject]
    public required Passkeys Keys { get; init; }

    [Inject]
    public required SignInSessions Sessions { get; init; }

    [SupplyParameterFromForm(FormName = "mail")]
    public MailChoice? Mail { get; set; }

    [SupplyParameterFromForm(FormName = "password")]
    public PasswordChange? Password { get; set; }

    [SupplyParameterFromForm(FormName = "passkey")]
    public NewPasskey? Passkey { get; set; }

    protected override async Task OnInitializedAsync()
    {
        (Password, Passkey) = (Password ?? new(), Passkey ?? new());
        if ((await CallerAsync()).IsPerson())
        {
            await LoadAsync();
            Mail ??= new() { Address = _user!.Email, Wanted = !_user.RefusesMail };
        }
    }

    private async Task LoadAsync()
    {
        var caller = await CallerAsync();
        (_user, _passkeys) = (await Changes.FindAsync(caller), await Keys.ListAsync(caller));
        (_sessions, _session) = (await Sessions.ListAsync(caller, Cancel), SessionTickets.SessionOf((await SignedIn).User));
    }

    private async Task SaveMailAsync()
    {
        _mailRefusal = await TryAsync(caller => Accounts.SetMailAsync(caller, Mail!.Address, !Mail.Wanted, Cancel));
        _done = _mailRefusal is null ? "Saved." : null;
    }

    private async Task ChangePasswordAsync()
    {
        var (current, next) = (Password!.Current ?? "", Password.Next ?? "");
        _passwordRefusal = next == Password.Again
            ? await TryAsync(async caller =>
            {
                await SignIns.RequirePasswordAsync(caller, current, Cancel);
                await People.ChangePasswordAsync(caller, current, next, Cancel);
                await Changes.KeepSignedInAsync(caller);
            })
            : "The two passwords differ.";
        await DoneAsync(_passwordRefusal, "The password is changed.");
    }

    private async Task AddPasskeyAsync()
    {
        _passkeyRefusal = await TryAsync(caller => Keys.AddAsync(caller, Passkey!.Name ?? "", Passkey.Credential ?? ""));
        await DoneAsync(_passkeyRefusal, "The passkey is added. You can sign in with it from now on.");
    }

    private async Task RemovePasskeyAsync(string id)
    {
        _passkeyRefusal = await TryAsync(caller => Keys.RemoveAsync(caller, id));
        await DoneAsync(_passkeyRefusal, "The passkey is removed. Delete it on its device too.");
    }

    private Task EndSessionAsync(string id) => EndAsync(caller => Sessions.EndAsync(caller, id, Cancel), "That browser is signed out.");

    private Task EndOtherSessionsAsync() => EndAsync(caller => Sessions.EndOthersAsync(caller, _session, Cancel), "You are signed out everywhere else.");

    private async Task EndAsync(Func<Caller, Task> end, string done) => await DoneAsync(await TryAsync(end), done);

    private async Task DoneAsync(string? refusal, string done)
    {
        _done = refusal is null ? done : null;
        await LoadAsync();
    }

    /// <summary>What the forms send.</summary>
    public sealed class MailChoice
    {
        public string? Address { get; set; }
        public bool Wanted { get; set; }
    }

    public sealed class PasswordChange
    {
        public string? Current { get; set; }
        public string? Next { get; set; }
        public string? Again { get; set; }
    }

    public sealed class NewPasskey
    {
        public string? Name { get; set; }

        /// <summary>What the browser made of the offer.</summary>
        public string? Credential { get; set; }
    }
}
