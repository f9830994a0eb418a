using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MlHub.Access;
using MlHub.Explanations;
using MlHub.Web.Access;
using MlHub.Web.Shell;

namespace MlHub.Web.Explanations;

/// <summary>What a run or a version gives each feature: as it was logged, or as MlHub computes it. What is chosen is in the address.</summary>
public partial class ExplanationsTab
{
    private const string Example = "mlflow.shap.log_explanation(model.predict, X_sample)";
    private const string Computed = "computed";
    private const int MostOffered = 100;

    private FoundExplanations? _found;
    private Explanation? _explanation;
    private string _from = "";
    private string? _picture;
    private string? _refusal;

    [Inject]
    public required MlHub.Explanations.Explanations Explanations { get; init; }

    [CascadingParameter]
    public required Task<AuthenticationState> SignedIn { get; set; }

    [CascadingParameter]
    public HttpContext? Http { get; set; }

    [Parameter, EditorRequired]
    public required ExplainedSubject Subject { get; set; }

    /// <summary>The page itself, with its tab.</summary>
    [Parameter, EditorRequired]
    public required string Address { get; set; }

    /// <summary>The folder of a logged explanation, or <c>computed</c>; the first where none is named.</summary>
    [SupplyParameterFromQuery]
    public string? From { get; set; }

    [SupplyParameterFromQuery]
    public string? Model { get; set; }

    [SupplyParameterFromQuery]
    public string? Sample { get; set; }

    /// <summary>Which output, from 0.</summary>
    [SupplyParameterFromQuery]
    public int? Class { get; set; }

    private int Output => Math.Clamp(Class ?? 0, 0, Math.Max(0, (_explanation?.Outputs.Count ?? 1) - 1));

    private ExplanationChoice Choice => new(Chosen(Model), Chosen(Sample));

    private string Origin => _from == Computed ? _explanation!.Method : $"Logged in {(_from.Length == 0 ? "the root" : _from)}";

    protected override async Task OnParametersSetAsync()
    {
        (_found, _explanation, _picture, _refusal) = (null, null, null, null);
        try
        {
            await LoadAsync((await SignedIn).User.AsCaller(), Http?.RequestAborted ?? CancellationToken.None);
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
        }
    }

    private async Task LoadAsync(Caller caller, CancellationToken cancel)
    {
        _found = await Explanations.FindAsync(caller, Subject, cancel);
        _from = From ?? (_found.Logged.Count > 0 ? _found.Logged[0] : Computed);
        if (_from != Computed)
        {
            var logged = await Explanations.ReadLoggedAsync(caller, Subject, _from, Chosen(Sample), cancel);
            _explanation = logged.Explanation;
            _refusal = logged.Why.Length > 0 ? $"What is logged in '{_from}' cannot be shown. {logged.Why}" : null;
            // Whoever reads the version may not be allowed to fetch the run's files.
            _picture = logged.Picture is not { } path || logged.IsOfRun ? null
                : Subject.Version is { } version ? HubUrls.VersionBytes(version.Model, version.Number, path) : HubUrls.ArtifactBytes(Subject.RunId!, path);
        }
        else if (_found.Models.Count > 0)
        {
            _explanation = (await Explanations.GetComputedAsync(caller, Subject, Choice, cancel)).Explanation;
        }
    }

    private static string? Chosen(string? path) => string.IsNullOrEmpty(path) ? null : path;
}
