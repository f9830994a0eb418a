using Microsoft.AspNetCore.Components;
using MlHub.Live;
using MlHub.Registry;
using MlHub.Reviews;

namespace MlHub.Web.Registry;

/// <summary>The models as the address asks for them, and what awaits the reader, kept fresh while the page is open.</summary>
public partial class ModelsTable
{
    private static readonly string[] Order = ["last_updated_timestamp DESC"];

    private List<ModelSummary>? _models;
    private HashSet<long> _fresh = [];
    private List<RequestDetails> _awaiting = [];
    private ModelFacets? _facets;
    private ModelsQuery? _loaded;
    private string? _nextPage, _filterRefusal;

    [Inject]
    public required ModelSearches Searches { get; init; }

    [Inject]
    public required ModelSummaries Summaries { get; init; }

    [Inject]
    public required TransitionRequests Requests { get; init; }

    [Parameter]
    public ModelsQuery Query { get; set; } = new();

    protected override Task OnParametersSetAsync() => FollowAsync(Topics.Models);

    protected override async Task LoadAsync()
    {
        var (caller, query) = (await CallerAsync(), Query);
        _awaiting = await Requests.AwaitingAsync(caller, CancellationToken.None);
        _facets = await Summaries.FacetsAsync(caller, CancellationToken.None);
        try
        {
            var filter = query.ToFilter([.. _awaiting.Select(r => r.Key.Model).Distinct()]);
            var page = await Searches.SearchAsync(caller, new(filter, ModelsQuery.PageSize, Order, query.PageToken), CancellationToken.None);
            Show(await Summaries.ReadAsync(caller, [.. page.Items.Select(m => m.Model.Id)], CancellationToken.None), query);
            (_nextPage, _filterRefusal) = (page.NextPageToken, null);
        }
        catch (HubException refusal) when (refusal.Error == HubError.Invalid)
        {
            (_models, _nextPage, _filterRefusal) = ([], null, await OfTypedAsync(caller, query) ?? refusal.Message);
        }
    }

    /// <summary>What is wrong with the typed filter by itself, so that places in it are counted as its writer does.</summary>
    private async Task<string?> OfTypedAsync(Caller caller, ModelsQuery query)
    {
        try
        {
            _ = await Searches.SearchAsync(caller, new(query.Search, 1, Order, null), CancellationToken.None);
            return null;
        }
        catch (HubException refusal) when (refusal.Error == HubError.Invalid)
        {
            return refusal.Message;
        }
    }

    /// <summary>What came or changed while the page was open is marked for a moment.</summary>
    private void Show(List<ModelSummary> models, ModelsQuery query)
    {
        var before = _loaded == query ? _models?.ToDictionary(m => m.Model.Id, State) : null;
        _fresh = before is null ? [] : [.. models.Where(m => before.GetValueOrDefault(m.Model.Id) != State(m)).Select(m => m.Model.Id)];
        (_models, _loaded) = (models, query);
    }

    private static string State(ModelSummary model) =>
        $"{model.Latest?.Number} {string.Join(',', model.Staging)} {string.Join(',', model.Production)} {model.OpenRequests} {model.Model.UpdatedAt.UtcTicks}";
}
