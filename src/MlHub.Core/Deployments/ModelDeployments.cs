using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;

namespace MlHub.Deployments;

/// <summary>A deployment and the target it is on.</summary>
public sealed record FoundDeployment(Deployment Deployment, string Target, TargetKind Kind);

/// <summary>Where a model is deployed. What is asked for here is done by <see cref="DeploymentWorker"/>, again and again until it is done.</summary>
public sealed class ModelDeployments(HubDbFactory hub, EventSignal signal, TimeProvider clock)
{
    /// <summary>For whoever may read the model.</summary>
    public async Task<List<FoundDeployment>> ListAsync(Caller caller, string name, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var model = await db.ModelAsync(caller, name, RegistryPermission.Read, cancel);
        return await db.Deployments.AsNoTracking().Where(d => d.ModelId == model.Id)
            .Join(db.DeploymentTargets, d => d.TargetId, t => t.Id, (d, t) => new { Deployment = d, t.Name, t.Kind })
            .OrderBy(f => f.Name).Select(f => new FoundDeployment(f.Deployment, f.Name, f.Kind)).ToListAsync(cancel);
    }

    /// <summary>The targets that the model's manager may choose.</summary>
    public async Task<List<(string Name, TargetKind Kind)>> ChoicesAsync(Caller caller, string name, CancellationToken cancel)
    {
        await using var db = hub.Open();
        await db.ModelAsync(caller, name, RegistryPermission.Manage, cancel);
        return [.. (await db.DeploymentTargets.AsNoTracking().OrderBy(t => t.Name).Select(t => new { t.Name, t.Kind }).ToListAsync(cancel)).Select(t => (t.Name, t.Kind))];
    }

    /// <summary>The version that the selector leads to goes to the target, and so does whichever it comes to lead to. Needs MANAGE, now and whenever one goes there.</summary>
    /// <exception cref="HubException">NotFound where there is no such target or no such version.</exception>
    public Task<FoundDeployment> DeployAsync(Caller caller, string name, string target, VersionSelector selector, CancellationToken cancel) =>
        ChangeAsync(
            caller, name, target,
            async (db, model, found, known, now) =>
            {
                await selector.FindAsync(db, caller, name, cancel);
                var deployment = known ?? new()
                {
                    TargetId = found.Id,
                    ModelId = model.Id,
                    Selector = "",
                    State = DeploymentState.Pending,
                    Attempts = 0,
                    NextAt = now,
                    CreatedBy = caller.Id,
                    CreatedAt = now,
                    ChangedAt = now,
                };
                if (known is null)
                {
                    db.Add(deployment);
                }
                else if (known.CreatedBy != caller.Id)
                {
                    // Whoever asked last is whose rights count.
                    await db.Deployments.Where(d => d.Id == known.Id).ExecuteUpdateAsync(d => d.SetProperty(x => x.CreatedBy, caller.Id), cancel);
                }

                deployment.Selector = $"{selector}";
                Wait(deployment, DeploymentState.Pending, now);
                db.Record(caller, now, EventKinds.DeploymentRequested, model, after: new { target, version = $"{selector}" });
                return deployment;
            },
            cancel);

    /// <summary>Takes the model away from the target.</summary>
    public Task<FoundDeployment> RemoveAsync(Caller caller, string name, string target, CancellationToken cancel) =>
        ChangeAsync(
            caller, name, target,
            (db, model, _, known, now) =>
            {
                var deployment = known ?? throw Absent(name, target);
                if (deployment.State is not (DeploymentState.Removing or DeploymentState.Removed))
                {
                    Wait(deployment, DeploymentState.Removing, now);
                    db.Record(caller, now, EventKinds.DeploymentRemovalRequested, model, before: new { target, version = deployment.Selector });
                }

                return Task.FromResult(deployment);
            },
            cancel);

    /// <summary>Tries again at once what failed or waits.</summary>
    public Task<FoundDeployment> RetryAsync(Caller caller, string name, string target, CancellationToken cancel) =>
        ChangeAsync(
            caller, name, target,
            (_, _, _, known, now) =>
            {
                var deployment = known ?? throw Absent(name, target);
                if (deployment.State is DeploymentState.Removed)
                {
                    throw HubException.Conflict($"'{name}' was removed from '{target}': deploy it again.");
                }

                Wait(deployment, deployment.State == DeploymentState.Removing ? DeploymentState.Removing : DeploymentState.Pending, now);
                return Task.FromResult(deployment);
            },
            cancel);

    private async Task<FoundDeployment> ChangeAsync(
        Caller caller, string name, string target, Func<HubDb, RegisteredModel, DeploymentTarget, Deployment?, DateTimeOffset, Task<Deployment>> change, CancellationToken cancel)
    {
        var changed = await hub.WriteAsync(
            async db =>
            {
                var model = await db.ModelAsync(caller, name, RegistryPermission.Manage, cancel);
                var found = await DeploymentTargets.FindAsync(db, target, cancel);
                var known = await db.Deployments.FirstOrDefaultAsync(d => d.ModelId == model.Id && d.TargetId == found.Id, cancel);
                return new FoundDeployment(await change(db, model, found, known, clock.GetUtcNow()), found.Name, found.Kind);
            },
            cancel);
        signal.Raise();
        return changed;
    }

    /// <summary>Who has it in hand now sees at the end that something else is wanted.</summary>
    private static void Wait(Deployment deployment, DeploymentState state, DateTimeOffset now) =>
        (deployment.State, deployment.Attempts, deployment.Reason, deployment.ChangedAt, deployment.NextAt) = (state, 0, null, now, deployment.Lease is null ? now : deployment.NextAt);

    private static HubException Absent(string name, string target) => HubException.NotFound($"'{Tracking.LogRules.Shown(name)}' is not deployed to '{Tracking.LogRules.Shown(target)}'.");
}
