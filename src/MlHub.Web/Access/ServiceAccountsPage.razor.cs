using Microsoft.AspNetCore.Components;
using MlHub.Web.Shell;

namespace MlHub.Web.Access;

public partial class ServiceAccountsPage
{
    private List<AccountDetails>? _accounts;
    private string? _refusal;
    private string? _newRefusal;

    [Inject]
    public required Accounts Accounts { get; init; }

    [Inject]
    public required ServiceAccounts ServiceAccounts { get; init; }

    [SupplyParameterFromForm(FormName = "new-service-account")]
    public GroupsPage.Named? Input { get; set; }

    protected override Task OnInitializedAsync() => LoadAsync();

    private Task<bool> LoadAsync() => FoundByAdminAsync(async caller => _accounts = await Accounts.ListAsync(caller, null, serviceAccounts: true, Cancel));

    private async Task CreateAsync()
    {
        var name = Input?.Name?.Trim() ?? "";
        _newRefusal = await TryAsync(caller => ServiceAccounts.CreateAsync(caller, name, Cancel));
        if (_newRefusal is null)
        {
            Navigation.NavigateTo(HubUrls.ServiceAccount(name));
        }
    }

    private Task SetDisabledAsync(HubUser user) => DoAsync(caller => Accounts.SetDisabledAsync(caller, user.UserName!, !user.IsDisabled, Cancel));

    private Task DeleteAsync(string name) => DoAsync(caller => Accounts.DeleteAsync(caller, new(PrincipalKind.ServiceAccount, name), Cancel));

    private async Task DoAsync(Func<Caller, Task> act)
    {
        _refusal = await TryAsync(act);
        await LoadAsync();
    }
}
