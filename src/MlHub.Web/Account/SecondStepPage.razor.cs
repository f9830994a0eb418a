using Microsoft.AspNetCore.Components;
using MlHub.Web.Access;
using MlHub.Web.Shell;

namespace MlHub.Web.Account;

public partial class SecondStepPage
{
    private string? _refusal;

    [Inject]
    public required SignIns SignIns { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [CascadingParameter]
    public HttpContext? Http { get; set; }

    [SupplyParameterFromQuery]
    public string? ReturnUrl { get; set; }

    [SupplyParameterFromQuery]
    public string? With { get; set; }

    [SupplyParameterFromForm(FormName = "code")]
    public string? Code { get; set; }

    private bool IsRecovery => With == "recovery";

    protected override async Task OnInitializedAsync()
    {
        if (!await SignIns.AwaitsCodeAsync())
        {
            Navigation.NavigateTo(HubUrls.SignIn(ReturnUrl));
        }
    }

    private async Task EnterAsync()
    {
        try
        {
            _refusal = Explain(await SignIns.EnterCodeAsync(Code ?? "", Http?.RequestAborted ?? default));
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
        }

        if (_refusal is null)
        {
            Navigation.NavigateTo(HubUrls.LocalOrHome(ReturnUrl), forceLoad: true);
        }
    }

    private static string? Explain(SignInOutcome outcome) => outcome switch
    {
        SignInOutcome.Succeeded => null,
        SignInOutcome.LockedOut => "Too many wrong tries. The account is locked for five minutes.",
        SignInOutcome.Disabled => "This account is disabled. Ask an administrator.",
        SignInOutcome.Expired => "This took too long. Start over.",
        _ => "The code is wrong, or was used before. Wait for the next one.",
    };
}
