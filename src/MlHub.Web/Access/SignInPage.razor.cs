using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MlHub.Web.Shell;

namespace MlHub.Web.Access;

public partial class SignInPage
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

    [SupplyParameterFromForm]
    public Entered? Input { get; set; }

    protected override void OnInitialized()
    {
        Input ??= new();
        if (Http is { User.Identity.IsAuthenticated: true } && HttpMethods.IsGet(Http.Request.Method))
        {
            Navigation.NavigateTo(HubUrls.LocalOrHome(ReturnUrl));
        }
    }

    private async Task SignInAsync()
    {
        try
        {
            var outcome = await SignIns.SignInAsync(Input!.UserName?.Trim() ?? "", Input.Password ?? "", Http?.RequestAborted ?? default);
            _refusal = Explain(outcome);
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

    /// <summary>The same words for a wrong name and a wrong password, so that names cannot be tried out.</summary>
    private static string? Explain(SignInOutcome outcome) => outcome switch
    {
        SignInOutcome.Succeeded => null,
        SignInOutcome.LockedOut => "Too many wrong passwords. The account is locked for five minutes.",
        SignInOutcome.Disabled => "This account is disabled. Ask an administrator.",
        _ => "The user name or the password is wrong.",
    };

    /// <summary>What the form sends.</summary>
    public sealed class Entered
    {
        public string? UserName { get; set; }
        public string? Password { get; set; }
    }
}
