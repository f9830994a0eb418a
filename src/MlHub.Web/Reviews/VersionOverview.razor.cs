using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MlHub.Artifacts;
using MlHub.Registry;
using MlHub.Tracking;
using MlHub.Web.Access;

namespace MlHub.Web.Reviews;

/// <summary>What a version is: its texts, its schema, and how the run that made it went.</summary>
public partial class VersionOverview
{
    private const int MostBytes = 1_048_576;

    private ModelFile? _model;
    private string? _whyNoModel;
    private RunDetails? _run;

    [Inject]
    public required VersionFiles Files { get; init; }

    [Inject]
    public required RunSearches Runs { get; init; }

    [CascadingParameter]
    private Task<AuthenticationState> SignedIn { get; set; } = default!;

    [CascadingParameter]
    public HttpContext? Http { get; set; }

    [Parameter, EditorRequired]
    public required VersionDetails Found { get; set; }

    private CancellationToken Cancel => Http?.RequestAborted ?? CancellationToken.None;

    protected override async Task OnParametersSetAsync()
    {
        var caller = (await SignedIn).User.AsCaller();
        await ReadModelFileAsync(caller);
        try
        {
            _run = Found.Version.RunId is { } run ? (await Runs.GetAsync(caller, run, Cancel)).Details : null;
        }
        catch (HubException)
        {
            _run = null;
        }
    }

    private async Task ReadModelFileAsync(Caller caller)
    {
        try
        {
            var opened = await Files.OpenAsync(caller, new(Found.Model.Name, Found.Version.Number), ArtifactPath.Parse("MLmodel"), Cancel);
            await using (opened.Content)
            {
                var bytes = new byte[MostBytes];
                var read = await opened.Content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, Cancel);
                _model = ModelFile.ReadOrNull(System.Text.Encoding.UTF8.GetString(bytes.AsSpan(0, read)));
            }

            _whyNoModel = _model is null ? "Its MLmodel file cannot be read." : null;
        }
        catch (HubException)
        {
            _whyNoModel = Found.Version.Digest is null ? "The files are outside MlHub, so their signature is not known here." : "There is no MLmodel file among the files.";
        }
    }
}
