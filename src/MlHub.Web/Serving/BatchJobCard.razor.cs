using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MlHub.Serving.Batch;
using MlHub.Web.Access;

namespace MlHub.Web.Serving;

/// <summary>One job: how far it is or what came of it, and where that comes from.</summary>
public partial class BatchJobCard
{
    private OutputHead? _head;
    private string? _refusal;
    private (Guid, BatchState)? _looked;

    [Inject]
    public required BatchJobs Jobs { get; init; }

    [CascadingParameter]
    public required Task<AuthenticationState> SignedIn { get; set; }

    [Parameter, EditorRequired]
    public required BatchReport Report { get; set; }

    [Parameter]
    public bool IsBusy { get; set; }

    [Parameter]
    public EventCallback OnStop { get; set; }

    [Parameter]
    public EventCallback OnDelete { get; set; }

    private long Rows => Report.Job.Rows + Report.Job.RefusedRows;

    /// <summary>What was written is read once, when it can be.</summary>
    protected override async Task OnParametersSetAsync()
    {
        if (_looked == (Report.Job.Id, Report.Job.State))
        {
            return;
        }

        (_looked, _head, _refusal) = ((Report.Job.Id, Report.Job.State), null, null);
        try
        {
            _head = await Jobs.OutputHeadAsync((await SignedIn).User.AsCaller(), Report.Job.Id, CancellationToken.None);
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
        }
    }

    /// <summary>Why there is no output to see.</summary>
    private string? WordsOrNull() =>
        Report.IsOpen ? null
        : _refusal is not null ? _refusal
        : !Report.CanRead ? "The output is for who made the job, and for managers of the model who may read the run that it came from."
        : Report.Parts > 0 ? null
        : Rows > 0 ? "The output is not kept any more."
        : "Nothing was written.";
}
