using System.Globalization;
using Microsoft.AspNetCore.Components;
using MlHub.Tracking;
using MlHub.Trash;

namespace MlHub.Web.Trash;

public partial class TrashPage
{
    private const string Restoring = "restore";
    private const string Asking = "ask";
    private const string Confirming = "confirm";

    private List<TrashRow>? _rows;
    private List<TrashRow>? _asked;
    private string? _nextPage;
    private string? _refusal;
    private string? _done;

    [Inject]
    public required TrashLists Lists { get; init; }

    [Inject]
    public required Purges Purges { get; init; }

    [Inject]
    public required Runs Runs { get; init; }

    [Inject]
    public required Experiments Experiments { get; init; }

    [SupplyParameterFromQuery]
    public string? Kind { get; set; }

    [SupplyParameterFromQuery]
    public string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "page_token")]
    public string? PageToken { get; set; }

    [SupplyParameterFromForm]
    public Choice? Input { get; set; }

    private TrashKind Current => Enum.TryParse<TrashKind>(Kind, ignoreCase: true, out var kind) && Enum.IsDefined(kind) ? kind : TrashKind.Runs;

    private List<string> Chosen => Input?.Ids ?? [];

    protected override async Task OnParametersSetAsync()
    {
        await LoadAsync();
        // The form that confirms is on the page only when it was asked for, or comes back.
        _asked = Input?.Act == Confirming ? Asked : null;
    }

    private async Task LoadAsync()
    {
        var refusal = await TryAsync(async caller =>
        {
            if (Current == TrashKind.Runs)
            {
                var page = await Lists.RunsAsync(caller, Search, PageToken, Cancel);
                (_rows, _nextPage) = ([.. page.Items.Select(TrashRow.Of)], page.NextPageToken);
            }
            else
            {
                var page = await Lists.ExperimentsAsync(caller, Search, PageToken, Cancel);
                (_rows, _nextPage) = ([.. page.Items.Select(TrashRow.Of)], page.NextPageToken);
            }
        });
        _refusal ??= refusal;
    }

    private List<TrashRow> Asked => [.. (_rows ?? []).Where(r => Chosen.Contains(r.Id))];

    private async Task ActAsync()
    {
        if (Chosen.Count == 0)
        {
            _refusal = "Select what to restore or to delete.";
        }
        else if (Input!.Act == Asking)
        {
            _asked = Asked;
        }
        else if (Input.Act == Restoring)
        {
            await ChangeAsync("restored", async caller =>
            {
                foreach (var id in Chosen)
                {
                    await (Current == TrashKind.Runs ? Runs.RestoreAsync(caller, id, Cancel) : Experiments.RestoreAsync(caller, NumberOf(id), Cancel));
                }
            });
        }
    }

    private Task PurgeAsync() =>
        ChangeAsync("deleted for ever", caller => Current == TrashKind.Runs
            ? Purges.RunsAsync(caller, Chosen, Cancel)
            : Purges.ExperimentsAsync(caller, Chosen.ConvertAll(NumberOf), Cancel));

    private async Task ChangeAsync(string what, Func<Caller, Task> change)
    {
        _asked = null;
        _refusal = await TryAsync(change);
        var noun = Current == TrashKind.Runs ? "run" : "experiment";
        _done = _refusal is null ? $"{Chosen.Count} {noun}{(Chosen.Count == 1 ? "" : "s")} {what}." : null;
        await LoadAsync();
    }

    private static long NumberOf(string id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw HubException.NotFound("There is no such experiment.");

    /// <summary>What the forms send.</summary>
    public sealed class Choice
    {
        public List<string> Ids { get; set; } = [];
        public string? Act { get; set; }
    }
}
