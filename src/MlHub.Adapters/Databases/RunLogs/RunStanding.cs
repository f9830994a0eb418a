using MlHub.Access;
using MlHub.Tracking;

namespace MlHub.Adapters.Databases.RunLogs;

/// <summary>What a store reads of a run, in the transaction of the log, before it writes anything.</summary>
internal readonly record struct RunStanding(long RunKey, long ExperimentId, bool RunIsDeleted, bool ExperimentIsDeleted, Permission Granted)
{
    /// <summary>Refuses unless the caller may log to the run now; null stands for a run that does not exist.</summary>
    public static LoggedTo Require(Caller caller, string runId, RunStanding? found)
    {
        var absent = $"Run with id={runId} not found";
        if (found is not { } run)
        {
            throw HubException.NotFound(absent);
        }

        ExperimentAccess.Require(caller, caller.IsAdmin ? Permission.Manage : run.Granted, Permission.Edit, absent, $"experiment {run.ExperimentId}");
        if (run.RunIsDeleted)
        {
            throw HubException.Invalid($"The run {runId} must be in the 'active' state. Current state is deleted.");
        }

        if (run.ExperimentIsDeleted)
        {
            throw HubException.Invalid($"The experiment {run.ExperimentId} must be in the 'active' state. Current state is deleted.");
        }

        return new LoggedTo(run.ExperimentId, run.RunKey);
    }
}
