using Microsoft.EntityFrameworkCore;
using MlHub.Access;

namespace MlHub.Tracking;

/// <summary>Finding one run on somebody's behalf.</summary>
public static class RunQueries
{
    /// <exception cref="HubException">NotFound where it is absent or unreadable, in the same words; Denied where the right is missing.</exception>
    public static async Task<Run> RunAsync(this HubDb db, Caller caller, string runId, Permission needed, CancellationToken cancel)
    {
        var run = await db.Runs.FirstOrDefaultAsync(r => r.RunId == runId, cancel);
        var has = run is null ? Permission.None : await db.PermissionAsync(caller, run.ExperimentId, cancel);
        ExperimentAccess.Require(caller, has, needed, Absent(runId), $"run {runId}");
        return run!;
    }

    /// <summary>The words for a run that does not exist, or not for whoever asks.</summary>
    public static string Absent(string runId) => $"Run with id={LogRules.Shown(runId)} not found";
}
