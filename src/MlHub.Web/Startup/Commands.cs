using MlHub.Scoring.Workers;
using MlHub.Web.Audit;
using MlHub.Web.Operations;

namespace MlHub.Web.Startup;

/// <summary>What the program does besides serving; each command ends by itself, with 0 where all is well.</summary>
public static class Commands
{
    /// <summary>Null where a hub is to be started.</summary>
    public static Func<string[], Task<int>>? FindOrNull(string[] args) => args switch
    {
        ["audit", "verify", ..] => AuditCommand.RunAsync,
        ["backup", ..] => BackupCommand.RunAsync,
        ["restore", ..] => RestoreCommand.RunAsync,
        ["doctor", ..] => DoctorCommand.RunAsync,
        // Started by the hub itself, once for each model that it serves.
        ["worker"] => _ => Task.FromResult(ScoringWorker.Run()),
        ["worker", ScoringWorker.Probe, var library] => _ => Task.FromResult(ScoringWorker.Try(library)),
        _ => null,
    };
}
