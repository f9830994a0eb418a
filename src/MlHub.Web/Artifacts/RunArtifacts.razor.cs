using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MlHub.Artifacts;
using MlHub.Web.Access;

namespace MlHub.Web.Artifacts;

/// <summary>The artifacts tab: the tree on the left, what was chosen on the right. Rendered by the server alone.</summary>
public partial class RunArtifacts
{
    private const string Example = "mlflow.log_artifact(\"confusion.png\")\nmlflow.log_text(report, \"report.md\")";

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
    public required string RunId { get; set; }

    /// <summary>The run's artifact URI, which may lie outside MlHub.</summary>
    [Parameter, EditorRequired]
    public required string Location { get; set; }

    /// <summary>The chosen file or folder, as the address says.</summary>
    [Parameter]
    public string? Path { get; set; }

    /// <summary>The innermost folder with an MLmodel file that holds what was chosen.</summary>
    private string? ModelFolder => _tree?.Lines
        .Where(l => l is { Name: "MLmodel", Entry.IsFolder: false, Depth: > 0 })
        .Select(l => l.Entry.Path[..l.Entry.Path.LastIndexOf('/')])
        .Where(folder => $"{_tree.Chosen?.Path}/".StartsWith($"{folder}/", StringComparison.Ordinal))
        .MaxBy(folder => folder.Length);

    protected override async Task OnParametersSetAsync()
    {
        var (caller, cancel) = ((await SignedIn).User.AsCaller(), Http?.RequestAborted ?? CancellationToken.None);
        try
        {
            var path = ArtifactPath.Parse(Path);
            _tree = await ArtifactTree.LoadAsync(folder => Artifacts.ListAsync(caller, RunId, folder, cancel), path);
            if (_tree.Chosen is { IsFolder: false })
            {
                var opened = await Artifacts.OpenAsync(caller, RunId, path, cancel);
                await using (opened.Content)
                {
                    _preview = await ArtifactPreview.ReadAsync(path, opened.Content, cancel);
                }
            }
            else if (_tree.Chosen is null && !path.IsRoot)
            {
                _refusal = $"There is no artifact '{path}' in this run.";
            }
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
        }
    }
}
