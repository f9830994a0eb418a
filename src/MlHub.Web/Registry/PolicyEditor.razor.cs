using Microsoft.AspNetCore.Components;
using MlHub.Reviews;

namespace MlHub.Web.Registry;

/// <summary>The form over one stage's policy.</summary>
public partial class PolicyEditor
{
    private static readonly DayOfWeek[] Week =
        [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday];

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Parameter, EditorRequired]
    public required PolicyDraft Draft { get; set; }

    [Parameter]
    public bool IsNew { get; set; }

    [Parameter]
    public string? Refusal { get; set; }

    [Parameter]
    public EventCallback OnSave { get; set; }

    [Parameter]
    public EventCallback OnDelete { get; set; }

    [Parameter]
    public EventCallback OnCancel { get; set; }

    private static string Meaning(string check) => check switch
    {
        BuiltInChecks.Schema => "Takes what the version now in the stage takes, answers no less",
        BuiltInChecks.Metrics => "No metric worse than that version's by more than the tolerance",
        BuiltInChecks.Integrity => "Files are those that were registered",
        BuiltInChecks.Signature => "Has a signature and an input example",
        BuiltInChecks.Duel => "Answers kept requests as the version now in the stage does",
        _ => "",
    };

    private static void Toggle<T>(HashSet<T> chosen, T one, bool isChosen) => _ = isChosen ? chosen.Add(one) : chosen.Remove(one);

    private void AddWindow()
    {
        var today = Clock.GetUtcNow().UtcDateTime.Date;
        Draft.Windows.Add(new() { From = today, Until = today.AddDays(7) });
    }

    private void AddWeek() => Draft.Weeks.Add(new([DayOfWeek.Saturday, DayOfWeek.Sunday]) { From = new(0, 0), Until = new(23, 59) });
}
