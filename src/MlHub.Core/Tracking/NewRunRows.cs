using MlHub.Access;
using MlHub.Events;
using MlHub.Tracking.Search;

namespace MlHub.Tracking;

/// <summary>A new run as rows, written by plain statements: whoever trains many small models creates runs as often as they log.</summary>
internal static class NewRunRows
{
    /// <summary>Where the experiment keeps artifacts.</summary>
    /// <exception cref="HubException">NotFound, Denied or Invalid unless the caller may create runs in it now.</exception>
    public static async Task<string> LocationAsync(HubDb db, Caller caller, long experimentId, CancellationToken cancel)
    {
        (string Location, bool IsDeleted, Permission Held) found = ("", false, Permission.None);
        var sql = new SqlStatement(SqlDialect.Of(db));
        sql.Add($"SELECT artifact_location, is_deleted, {sql.HeldPermission(caller, $"{experimentId}")} FROM experiments WHERE id = {experimentId}");
        await sql.ReadAsync(db, row => found = (row.GetString(0), row.GetBoolean(1), (Permission)row.GetInt32(2)), cancel);
        ExperimentAccess.RequireOnExperiment(caller, found.Held, Permission.Edit, experimentId);
        return found.IsDeleted ? throw Experiment.NotActive(experimentId) : found.Location;
    }

    /// <summary>The run, its tags and its event, in one round trip.</summary>
    public static Task AddAsync(HubDb db, Run run, IReadOnlyDictionary<string, string> tags, HubEvent created, CancellationToken cancel)
    {
        var sql = new SqlStatement(SqlDialect.Of(db));
        sql.AddRow(
            "runs",
            ("run_id", run.RunId), ("experiment_id", run.ExperimentId), ("name", run.Name), ("user_id", run.UserId), ("created_by", run.CreatedBy),
            ("status", (short)run.Status), ("start_time", run.StartTime), ("is_deleted", run.IsDeleted));
        var id = sql.AsciiParameter(run.RunId);
        foreach (var (key, value) in tags)
        {
            sql.Add($"INSERT INTO run_tags (run_key, tag_key, value) SELECT run_key, {sql.Parameter(key)}, {sql.Parameter(value)} FROM runs WHERE run_id = {id}; ");
        }

        sql.AddRow(
            "events",
            ("at", created.At.ToUnixTimeMilliseconds()), ("actor", created.Actor), ("actor_id", created.ActorId), ("via", created.Via), ("address", created.Address),
            ("user_agent", created.UserAgent), ("kind", created.Kind), ("subject", created.Subject), ("experiment_id", created.ExperimentId), ("after", created.After));
        return sql.RunAsync(db, cancel);
    }
}
