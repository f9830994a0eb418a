using Microsoft.AspNetCore.Components;
using MlHub.Web.Shell;

namespace MlHub.Web.Access;

public partial class PeoplePage
{
    private List<AccountDetails>? _people;
    private Guid _self;
    private string? _refusal;
    private string? _newRefusal;
    private string? _done;
    private (string UserName, string Link)? _invitation;

    [Inject]
    public required Accounts Accounts { get; init; }

    [Inject]
    public required People People { get; init; }

    [Inject]
    public required SignInSessions Sessions { get; init; }

    [SupplyParameterFromQuery]
    public string? Search { get; set; }

    [SupplyParameterFromForm(FormName = "new-person")]
    public NewPerson? Input { get; set; }

    protected override Task OnParametersSetAsync() => LoadAsync();

    private Task<bool> LoadAsync() => FoundByAdminAsync(async caller =>
        (_self, _people) = (caller.Id, await Accounts.ListAsync(caller, Search, serviceAccounts: false, Cancel)));

    private async Task CreateAsync()
    {
        var name = Input!.UserName?.Trim() ?? "";
        _newRefusal = await TryAsync(async caller =>
        {
            await People.CreateAsync(caller, name, password: null, Input.IsAdmin, Cancel);
            _invitation = (name, await LinkAsync(caller, name));
        });
        if (_newRefusal is null)
        {
            Input = null;
        }

        await LoadAsync();
    }

    private Task InviteAsync(string userName) => DoAsync(async caller => _invitation = (userName, await LinkAsync(caller, userName)), null);

    private Task SignOutAsync(HubUser user) => DoAsync(caller => Sessions.EndAllAsync(caller, user, Cancel), $"{user.UserName} is signed out in every browser. Access tokens stay.");

    private Task SetAdminAsync(HubUser user) => DoAsync(
        caller => Accounts.SetAdminAsync(caller, user.UserName!, !user.IsAdmin, Cancel),
        user.IsAdmin ? $"{user.UserName} is no longer an administrator." : $"{user.UserName} is an administrator now.");

    private Task SetDisabledAsync(HubUser user) => DoAsync(
        caller => Accounts.SetDisabledAsync(caller, user.UserName!, !user.IsDisabled, Cancel),
        user.IsDisabled ? $"{user.UserName} can sign in again." : $"{user.UserName} is shut out, with all tokens.");

    private Task DeleteAsync(string userName) =>
        DoAsync(caller => Accounts.DeleteAsync(caller, new(PrincipalKind.User, userName), Cancel), $"The account of {userName} is deleted.");

    private async Task DoAsync(Func<Caller, Task> act, string? done)
    {
        _refusal = await TryAsync(act);
        _done = _refusal is null ? done : null;
        await LoadAsync();
    }

    private async Task<string> LinkAsync(Caller caller, string userName) =>
        Navigation.ToAbsoluteUri(HubUrls.Welcome(userName, await People.InviteAsync(caller, userName, Cancel))).ToString();

    private static string SignInOf(HubUser user) =>
        user.IsDisabled ? "Disabled" : user.PasswordHash is null ? "Invited" : user.TwoFactorEnabled ? "Password and code" : "Password";

    /// <summary>What the form sends.</summary>
    public sealed class NewPerson
    {
        public string? UserName { get; set; }
        public bool IsAdmin { get; set; }
    }
}
