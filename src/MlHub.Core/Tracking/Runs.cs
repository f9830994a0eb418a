using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Repeats;

namespace MlHub.Tracking;

/// <summary>What a client says of a run it starts.</summary>
public sealed record NewRun(
    long ExperimentId, string? Name, string? UserId, long? StartTime, IReadOnlyList<KeyValuePair<string, string>> Tags);

/// <summary>The life of runs: created, updated, deleted, restored. What they log is in <see cref="RunLogs"/>.</summary>
public sealed class Runs(HubDbFactory hub, TimeProvider clock)
{
    /// <param name="caller">Who starts it.</param>
    /// <param name="wanted">What the client says of it.</param>
    /// <param name="cancel">Ends the attempt.</param>
    /// <param name="repeat">By what a repetition is known; it gets the run that was made first.</param>
    public async Task<FoundRun> CreateAsync(Caller caller, NewRun wanted, CancellationToken cancel, Repeat? repeat = null)
    {
        wanted = wanted with { Tags = LogRules.Checked(new([], [], wanted.Tags)).Tags };
        LogRules.CheckLength(wanted.Name ?? "", Limits.RunName, "run_name");
        LogRules.CheckLength(wanted.UserId ?? "", Limits.UserName, "user_id");
        var tags = wanted.Tags.GroupBy(t => t.Key).ToDictionary(g => g.Key, g => g.Last().Value);
        var name = ChooseName(wanted.Name, tags);
        tags[LogRules.RunNameTag] = name;
        return await hub.WriteAsync(
            async db =>
            {
                var location = await NewRunRows.LocationAsync(db, caller, wanted.ExperimentId, cancel);
                var now = clock.GetUtcNow();
                if (repeat is not null && await repeat.FirstOrNullAsync(db, now, cancel) is { } first)
                {
                    return await RunSearches.FoundAsync(db, caller, first, cancel);
                }

                var run = new Run
                {
                    RunId = Guid.NewGuid().ToString("N"),
                    ExperimentId = wanted.ExperimentId,
                    Name = name,
                    UserId = wanted.UserId ?? "",
                    CreatedBy = caller.Name,
                    StartTime = wanted.StartTime ?? now.ToUnixTimeMilliseconds(),
                };
                await NewRunRows.AddAsync(
                    db, run, tags, HubEvent.Of(caller, now, EventKinds.RunCreated, run.RunId, run.ExperimentId, after: new { run.Name }), cancel);
                repeat?.Remember(db, run.RunId, now);
                return new FoundRun(new(run, [], [], [.. tags.OrderBy(t => t.Key, StringComparer.Ordinal)], []), location);
            },
            cancel);
    }

    public Task<Run> UpdateAsync(Caller caller, string runId, RunStatus? status, long? endTime, string? name, CancellationToken cancel)
    {
        LogRules.CheckLength(name ?? "", Limits.RunName, "run_name");
        return ChangeAsync(
            caller, runId, Permission.Edit,
            async (db, run, now) =>
            {
                run.RequireActive();
                var before = new { Status = run.Status.ToString(), run.EndTime, run.Name };
                run.Status = status ?? run.Status;
                run.EndTime = endTime ?? run.EndTime;
                if (!string.IsNullOrEmpty(name))
                {
                    run.Name = name;
                    await SetTagAsync(db, run.Key, LogRules.RunNameTag, name, cancel);
                }

                db.Record(caller, now, EventKinds.RunUpdated, runId, run.ExperimentId, before, new { Status = run.Status.ToString(), run.EndTime, run.Name });
            },
            cancel);
    }

    public Task DeleteAsync(Caller caller, string runId, CancellationToken cancel) =>
        ChangeAsync(
            caller, runId, Permission.Edit,
            async (db, run, now) =>
            {
                if (!run.IsDeleted)
                {
                    await Pointers.RequireNoneAsync(db, caller, db.ModelVersions.Where(v => v.SourceRunKey == run.Key), $"Run {runId} cannot be deleted", cancel);
                    (run.IsDeleted, run.DeletedBy, run.DeletedAt) = (true, caller.Name, now);
                    db.Record(caller, now, EventKinds.RunDeleted, runId, run.ExperimentId);
                }
            },
            cancel);

    public Task RestoreAsync(Caller caller, string runId, CancellationToken cancel) =>
        ChangeAsync(
            caller, runId, Permission.Edit,
            (db, run, now) =>
            {
                if (run.IsDeleted)
                {
                    (run.IsDeleted, run.DeletedBy, run.DeletedAt) = (false, null, null);
                    db.Record(caller, now, EventKinds.RunRestored, runId, run.ExperimentId);
                }

                return Task.CompletedTask;
            },
            cancel);

    public Task DeleteTagAsync(Caller caller, string runId, string key, CancellationToken cancel) =>
        ChangeAsync(
            caller, runId, Permission.Edit,
            async (db, run, now) =>
            {
                run.RequireActive();
                var tag = await db.RunTags.FindAsync([run.Key, key], cancel)
                    ?? throw HubException.NotFound($"No tag with name: {LogRules.Shown(key)} in run with id {runId}");
                db.Remove(tag);
                db.Record(caller, now, EventKinds.RunTagDeleted, runId, run.ExperimentId, new { key, tag.Value });
            },
            cancel);

    private Task<Run> ChangeAsync(
        Caller caller, string runId, Permission needed, Func<HubDb, Run, DateTimeOffset, Task> change, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                var run = await db.RunAsync(caller, runId, needed, cancel);
                await change(db, run, clock.GetUtcNow());
                return run;
            },
            cancel);

    private static string ChooseName(string? name, Dictionary<string, string> tags)
    {
        var tagged = tags.GetValueOrDefault(LogRules.RunNameTag);
        if (!string.IsNullOrEmpty(name) && !string.IsNullOrEmpty(tagged) && name != tagged)
        {
            throw HubException.Invalid(
                $"Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='{LogRules.Shown(name)}', mlflow.runName='{LogRules.Shown(tagged)}').");
        }

        return !string.IsNullOrEmpty(name) ? name : !string.IsNullOrEmpty(tagged) ? tagged : RunNames.MakeUp();
    }

    private static async Task SetTagAsync(HubDb db, long runKey, string key, string value, CancellationToken cancel)
    {
        if (await db.RunTags.FindAsync([runKey, key], cancel) is { } tag)
        {
            tag.Value = value;
        }
        else
        {
            db.Add(new RunTag { RunKey = runKey, Key = key, Value = value });
        }
    }
}
