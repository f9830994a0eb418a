using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MlHub.Web.Access;

namespace MlHub.Web.Registry;

/// <summary>Makes a folder of a run, or a logged model, the next version of a model, which may be new.</summary>
public partial class RegisterModel
{
    private List<string> _names = [];
    private string? _refusal;

    [Inject]
    public required Registrations Registrations { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [CascadingParameter]
    public required Task<AuthenticationState> SignedIn { get; set; }

    [CascadingParameter]
    public HttpContext? Http { get; set; }

    /// <summary>What is registered: <c>runs:/RUN/FOLDER</c> or <c>models:/MODEL</c>.</summary>
    [Parameter, EditorRequired]
    public required string Source { get; set; }

    /// <summary>How people know it.</summary>
    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [SupplyParameterFromForm(FormName = "register-model")]
    public WantedVersion? Registered { get; set; }

    private CancellationToken Cancel => Http?.RequestAborted ?? CancellationToken.None;

    protected override async Task OnParametersSetAsync() => _names = await Registrations.NamesAsync((await SignedIn).User.AsCaller(), Cancel);

    private async Task RegisterAsync()
    {
        try
        {
            Navigation.NavigateTo(await Registrations.MakeAsync((await SignedIn).User.AsCaller(), Source, Registered!, Cancel));
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
        }
    }
}
