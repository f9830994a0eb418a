using Microsoft.AspNetCore.Components;
using MlHub.Live;
using MlHub.LoggedModels;
using MlHub.Tracking.Metrics;

namespace MlHub.Web.LoggedModels;

/// <summary>The logged models of an experiment, newest first, kept fresh while the page is open.</summary>
public partial class LoggedModelsTable
{
    private const string Example = "metrics.r2 > 0.9 AND status = 'READY'";
    private const int ShownMetrics = 4;

    private IReadOnlyList<LoggedModelDetails>? _models;
    private List<string> _keys = [];
    private string? _nextPage;
    private string? _filterRefusal;

    [Inject]
    public required LoggedModelSearches Searches { get; init; }

    [Parameter, EditorRequired]
    public long ExperimentId { get; set; }

    [Parameter]
    public string? Filter { get; set; }

    [Parameter]
    public string? PageToken { get; set; }

    protected override Task OnParametersSetAsync() => FollowAsync(Topics.Experiment(ExperimentId));

    protected override async Task LoadAsync()
    {
        try
        {
            var page = await Searches.SearchAsync(await CallerAsync(), new([ExperimentId], Filter, PageToken: PageToken), CancellationToken.None);
            (_models, _nextPage, _filterRefusal) = (page.Items, page.NextPageToken, null);
        }
        catch (HubException refusal) when (refusal.Error == HubError.Invalid)
        {
            (_models, _nextPage, _filterRefusal) = ([], null, refusal.Message);
        }

        _keys =
        [
            .. _models.SelectMany(m => m.Metrics.Select(x => x.Key).Distinct()).GroupBy(k => k)
                .OrderByDescending(g => g.Count()).ThenByDescending(g => MetricNames.Telling(g.Key)).ThenBy(g => g.Key, StringComparer.Ordinal)
                .Take(ShownMetrics).Select(g => g.Key),
        ];
    }

    private static double? Latest(LoggedModelDetails model, string key) =>
        model.Metrics.Where(m => m.Key == key).OrderBy(m => m.Timestamp).ThenBy(m => m.Step).LastOrDefault()?.Logged;
}
