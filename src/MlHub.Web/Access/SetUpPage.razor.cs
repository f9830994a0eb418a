using Microsoft.AspNetCore.Components;
using MlHub.Web.Shell;

namespace MlHub.Web.Access;

public partial class SetUpPage
{
    private string? _refusal;

    [Inject]
    public required SetUp SetUp { get; init; }

    [Inject]
    public required SignIns SignIns { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [CascadingParameter]
    public HttpContext? Http { get; set; }

    [SupplyParameterFromQuery]
    public string? Code { get; set; }

    [SupplyParameterFromForm]
    public NewAdmin? Input { get; set; }

    protected override void OnInitialized() => Input ??= new();

    private async Task CreateAsync()
    {
        var (name, password, cancel) = (Input!.UserName?.Trim() ?? "", Input.Password ?? "", Http?.RequestAborted ?? default);
        if (password != Input.Again)
        {
            _refusal = "The two passwords differ.";
            return;
        }

        try
        {
            await SetUp.CreateFirstAdminAsync(Input.Code ?? "", name, password, cancel);
            await SignIns.SignInAsync(name, password, cancel);
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
            return;
        }

        Navigation.NavigateTo(HubUrls.Home, forceLoad: true);
    }

    /// <summary>What the form sends.</summary>
    public sealed class NewAdmin
    {
        public string? Code { get; set; }
        public string? UserName { get; set; }
        public string? Password { get; set; }
        public string? Again { get; set; }
    }
}
