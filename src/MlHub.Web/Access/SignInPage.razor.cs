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

    [SupplyParameterFromForm(FormName = "sign-in")]
    public Entered? Input { get; set; }

    /// <summary>What the browser made of the passkey's challenge.</summary>
    [SupplyParameterFromForm(FormName = "passkey")]
    public string? Credential { get; set; }

    protected override void OnInitialized()
    {
        Input ??= new();
        if (Http is { User.Identity.IsAuthenticated: true } && HttpMethods.IsGet(Http.Request.Method))
        {
            Navigation.NavigateTo(HubUrls.LocalOrHome(ReturnUrl));
        }
    }

    private Task SignInAsync() => TryAsync(cancel => SignIns.SignInAsync(Input!.UserName?.Trim() ?? "", Input.Password ?? "", cancel));

    private Task SignInWithPasskeyAsync() => TryAsync(cancel => SignIns.SignInWithPasskeyAsync(Credential ?? "", cancel));

    private async Task TryAsync(Func<CancellationToken, Task<SignInOutcome>> signIn)
    {
        SignInOutcome outcome;
        try
        {
            outcome = await signIn(Http?.RequestAborted ?? default);
            _refusal = Explain(outcome);
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
            return;
        }

        if (_refusal is null)
        {
            Navigation.NavigateTo(outcome == SignInOutcome.NeedsCode ? HubUrls.SecondStep(ReturnUrl) : HubUrls.LocalOrHome(ReturnUrl), forceLoad: true);
        }
    }

    /// <summary>The same words for a wrong name and a wrong password, so that names cannot be tried out.</summary>
    private string? Explain(SignInOutcome outcome) => outcome switch
    {
        SignInOutcome.Succeeded or SignInOutcome.NeedsCode => null,
        SignInOutcome.Wrong when Credential is not null => "This passkey does not open an account here.",
        SignInOutcome.LockedOut => "Too many wrong tries. The account is locked for five minutes.",
        SignInOutcome.Expired => "Somebody was signed in here already and is signed out now. Try again.",
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
