using Microsoft.AspNetCore.Components;
using MlHub.Web.Shell;

namespace MlHub.Web.Access;

public partial class WelcomePage
{
    private string? _refusal;

    [Inject]
    public required People People { get; init; }

    [Inject]
    public required SignInLimits Attempts { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [CascadingParameter]
    public HttpContext? Http { get; set; }

    [SupplyParameterFromQuery]
    public string? User { get; set; }

    [SupplyParameterFromQuery]
    public string? Code { get; set; }

    [SupplyParameterFromForm]
    public Chosen? Input { get; set; }

    protected override void OnInitialized() => Input ??= new();

    private async Task AcceptAsync()
    {
        var (name, password, from) = (Input!.UserName ?? "", Input.Password ?? "", Http?.Connection.RemoteIpAddress);
        if (password != Input.Again)
        {
            _refusal = "The two passwords differ.";
            return;
        }

        try
        {
            Attempts.RequireOpen(from);
            await People.AcceptAsync(name, Input.Code ?? "", password);
            Navigation.NavigateTo(HubUrls.SignIn());
        }
        catch (HubException refusal)
        {
            if (refusal.Error == HubError.Denied)
            {
                Attempts.CountFailure(from);
            }

            _refusal = refusal.Message;
        }
    }

    /// <summary>What the form sends.</summary>
    public sealed class Chosen
    {
        public string? UserName { get; set; }
        public string? Code { get; set; }
        public string? Password { get; set; }
        public string? Again { get; set; }
    }
}
