using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MlHub.Registry;
using MlHub.Web.Access;
using MlHub.Web.Shell;

namespace MlHub.Web.Registry;

/// <summary>Makes a folder of a run, or a logged model, the next version of a model, which may be new.</summary>
public partial class RegisterModel
{
    private List<string> _names = [];
    private string? _refusal;

    [Inject]
    public required RegisteredModels Models { get; init; }

    [Inject]
    public required ModelVersions Versions { get; init; }

    [Inject]
    public required ModelSummaries Summaries { get; init; }

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
    public Wanted? Registered { get; set; }

    private CancellationToken Cancel => Http?.RequestAborted ?? CancellationToken.None;

    protected override async Task OnParametersSetAsync() => _names = await Summaries.EditableAsync((await SignedIn).User.AsCaller(), Cancel);

    private async Task RegisterAsync()
    {
        var (caller, name) = ((await SignedIn).User.AsCaller(), Registered!.Model?.Trim() ?? "");
        try
        {
            if (!_names.Contains(name))
            {
                await Models.CreateAsync(caller, name, null, [], Cancel);
            }

            var made = await Versions.CreateAsync(caller, new(name, Source, null, null, null, Registered.Description?.Trim(), []), Cancel);
            Navigation.NavigateTo(HubUrls.Version(name, made.Version.Number));
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
        }
    }

    /// <summary>What the form sends.</summary>
    public sealed class Wanted
    {
        public string? Model { get; set; }
        public string? Description { get; set; }
    }
}
