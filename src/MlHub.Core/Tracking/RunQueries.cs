using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Tracking.Search;

namespace MlHub.Tracking;

/// <summary>Finding one run on somebody's behalf.</summary>
public static class RunQueries
{
    /// <exception cref="HubException">NotFound where it is absent or unreadable, in the same words; Denied where the right is missing.</exception>
    public static async Task<Run> RunAsync(this HubDb db, Caller caller, string runId, Permission needed, CancellationToken cancel)
    {
        var run = await db.Runs.FirstOrDefaultAsync(r => r.RunId == runId, cancel);
        var has = run is null ? Permission.None : await db.PermissionAsync(caller, run.ExperimentId, cancel);
        Require(caller, has, needed, runId);
        return run!;
    }

    /// <summary>The number of a run that the caller may read: all that <see cref="RunReader"/> needs, at a fraction of the cost of an entity.</summary>
    /// <exception cref="HubException">NotFound where it is absent or unreadable, in the same words.</exception>
    public static async Task<long> ReadableRunKeyAsync(this HubDb db, Caller caller, string runId, CancellationToken cancel)
    {
        var sql = new SqlStatement(SqlDialect.Of(db));
        sql.Add($"SELECT r.run_key, {sql.HeldPermission(caller, "r.experiment_id")} FROM runs r WHERE r.run_id = {sql.AsciiParameter(runId)}");
        (long Key, Permission Held) found = default;
        await sql.ReadAsync(db, row => found = (row.GetInt64(0), (Permission)row.GetInt32(1)), cancel);
        Require(caller, found.Held, Permission.Read, runId);
        return found.Key;
    }

    private static void Require(Caller caller, Permission has, Permission needed, string runId) =>
        ExperimentAccess.Require(caller, has, needed, Absent(runId), $"run {runId}");

    /// <summary>The words for a run that does not exist, or not for whoever asks.</summary>
    public static string Absent(string runId) => $"Run with id={LogRules.Shown(runId)} not found";
}
