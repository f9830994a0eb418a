using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Scoring.Workers;

namespace MlHub.Serving;

/// <summary>Settles how the processes of a model are run, and gives versions that were given up another chance.</summary>
public sealed class ServingLimits(HubDbFactory hub, TimeProvider clock, ServingSettings settings)
{
    private const int Megabyte = 1024 * 1024;

    /// <summary>The most that may be settled here.</summary>
    public int MostReplicas => Math.Min(ModelLimits.MostReplicas, settings.Workers);

    /// <summary>Null where the hub has no limit of its own.</summary>
    public int? MostMemoryMegabytes => settings.MemoryBytes == 0 ? null : (int)(settings.MemoryBytes / Megabyte);

    public async Task<ModelLimits> GetAsync(Caller caller, string name, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var model = await db.ModelAsync(caller, name, RegistryPermission.Read, cancel);
        return ModelLimits.Of(await db.ModelServing.AsNoTracking().FirstOrDefaultAsync(s => s.ModelId == model.Id, cancel));
    }

    /// <summary>What is null is the hub's own again. Versions that are loaded go on answering until others with the new limits are warm; versions that were given up are tried again.</summary>
    /// <exception cref="HubException">Invalid, naming the bounds.</exception>
    public Task SetAsync(Caller caller, string name, ModelLimits limits, CancellationToken cancel) => hub.WriteAsync(
        async db =>
        {
            var model = await db.ModelAsync(caller, name, RegistryPermission.Manage, cancel);
            Check(limits);
            var serving = await db.ModelServing.FindAsync([model.Id], cancel);
            var before = ModelLimits.Of(serving);
            if (before == limits)
            {
                return;
            }

            limits.PutInto(serving ?? db.Add(new ModelServing { ModelId = model.Id }).Entity);
            db.RemoveRange(await db.ServingFailures.Where(f => db.ModelVersions.Any(v => v.Id == f.VersionId && v.ModelId == model.Id)).ToListAsync(cancel));
            db.Record(caller, clock.GetUtcNow(), EventKinds.ServingSettled, model, before: before, after: limits);
        },
        cancel);

    /// <summary>A version that was given up is tried again, on every node. For any other this changes nothing.</summary>
    public Task RetryAsync(Caller caller, VersionKey key, CancellationToken cancel) => hub.WriteAsync(
        async db =>
        {
            var (model, version, _) = await db.VersionAsync(caller, key, RegistryPermission.Manage, cancel);
            if (await db.ServingFailures.FindAsync([version.Id], cancel) is { } failure)
            {
                db.Remove(failure);
                db.Record(caller, clock.GetUtcNow(), EventKinds.ServingRetried, model, key.Number, before: new { state = nameof(ScorerStatus.Failed), reason = failure.Reason });
            }
        },
        cancel);

    private void Check(ModelLimits limits)
    {
        Within("replicas", limits.Replicas, 1, MostReplicas, settings.Workers < ModelLimits.MostReplicas ? ", as many as this hub has scoring workers" : "");
        Within("batch_rows", limits.BatchRows, 1, ModelLimits.MostBatchRows);
        Within("batch_delay_ms", limits.BatchDelayMilliseconds, 0, ModelLimits.MostBatchDelayMilliseconds);
        Within("idle_minutes", limits.IdleMinutes, 0, ModelLimits.MostIdleMinutes);
        Within("memory_mb", limits.MemoryMegabytes, ModelLimits.LeastMemoryMegabytes, MostMemoryMegabytes ?? int.MaxValue, MostMemoryMegabytes is null ? "" : ", which this hub allows a model");
        Within("request_seconds", limits.RequestSeconds, 1, ModelLimits.MostRequestSeconds);
    }

    private static void Within(string name, int? value, int least, int most, string why = "")
    {
        if (value < least || value > most)
        {
            throw HubException.Invalid($"'{name}' is {value}; it is a whole number from {least} to {most}{why}. Leave it out for the hub's own.");
        }
    }
}
