using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MlHub.Artifacts;
using MlHub.Web.Access;
using MlHub.Web.Artifacts;

namespace MlHub.Web.LoggedModels;

/// <summary>The files of a logged model: the tree on the left, what was chosen on the right. Rendered by the server alone.</summary>
public partial class LoggedModelArtifacts
{
    private const string Tab = "artifacts";

    private ArtifactTree? _tree;
    private ArtifactPreview? _preview;
    private string? _refusal;

    [Inject]
    public required MlHub.Artifacts.Artifacts Artifacts { get; init; }

    [CascadingParameter]
    public required Task<AuthenticationState> SignedIn { get; set; }

    [CascadingParameter]
    public HttpContext? Http { get; set; }

    [Parameter, EditorRequired]
    public long ExperimentId { get; set; }

    [Parameter, EditorRequired]
    public required string ModelId { get; set; }

    /// <summary>The model's artifact URI, which may lie outside MlHub.</summary>
    [Parameter, EditorRequired]
    public required string Location { get; set; }

    /// <summary>The chosen file or folder, as the address says.</summary>
    [Parameter]
    public string? Path { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        var (caller, cancel) = ((await SignedIn).User.AsCaller(), Http?.RequestAborted ?? CancellationToken.None);
        try
        {
            var path = ArtifactPath.Parse(Path);
            _tree = await ArtifactTree.LoadAsync(folder => Artifacts.ListAsync(caller, ModelId, folder, cancel), path);
            if (_tree.Chosen is { IsFolder: false })
            {
                var opened = await Artifacts.OpenAsync(caller, ModelId, path, cancel);
                await using (opened.Content)
                {
                    _preview = await ArtifactPreview.ReadAsync(path, opened.Content, cancel);
                }
            }
            else if (_tree.Chosen is null && !path.IsRoot)
            {
                _refusal = $"There is no file '{path}' in this model.";
            }
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
        }
    }
}
