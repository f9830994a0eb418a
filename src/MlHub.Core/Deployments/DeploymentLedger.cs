using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;

namespace MlHub.Deployments;

/// <summary>A deployment that this node has in hand, as it was when it was taken.</summary>
internal sealed record TakenDeployment(Deployment Deployment, DeploymentTarget Target, RegisteredModel Model);

/// <summary>What became of it.</summary>
/// <param name="Version">Which is there now; null where that did not change.</param>
/// <param name="Failure">Why it failed; null where it did not.</param>
/// <param name="Remark">What people should know of one that went well.</param>
internal sealed record EndedDeployment(TakenDeployment Taken, int? Version, DeploymentException? Failure, string? Remark);

/// <summary>The deployments in the database. As with webhooks a lease is the next time, so one comparison finds what is due, to be tried again or left by a dead node.</summary>
internal sealed class DeploymentLedger(HubDbFactory hub, TimeProvider clock)
{
    /// <summary>Longer than all calls of an attempt may take together.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(20);

    private const int MostAttempts = 8;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5), LongestPause = TimeSpan.FromMinutes(5);
    private static readonly DeploymentState[] Waiting = [DeploymentState.Pending, DeploymentState.Removing];

    /// <summary>Gives back what nobody can have in hand after a restart of the only node.</summary>
    public Task FreeAsync(CancellationToken cancel) => hub.IsAlone
        ? hub.WriteStatementsAsync(
            db => db.Deployments.Where(d => d.Lease != null).ExecuteUpdateAsync(d => d.SetProperty(x => x.Lease, (Guid?)null).SetProperty(x => x.NextAt, clock.GetUtcNow()), cancel), cancel)
        : Task.CompletedTask;

    /// <summary>What was deployed and now leads to another version waits again; so does what failed before its stage got another one.</summary>
    public async Task FollowAsync(CancellationToken cancel)
    {
        List<long> moved = [];
        await using (var db = hub.Open())
        {
            var done = await db.Deployments.AsNoTracking().Where(d => d.State == DeploymentState.Deployed || d.State == DeploymentState.Failed)
                .Join(db.RegisteredModels, d => d.ModelId, m => m.Id, (d, m) => new { Deployment = d, m.Name }).ToListAsync(cancel);
            foreach (var (deployment, model) in done.Select(d => (d.Deployment, d.Name)))
            {
                if (await OfOrNullAsync(db, model, deployment.Selector, cancel) is { } version && version.Number != deployment.Version
                    && (deployment.State == DeploymentState.Deployed || version.StageChangedAt > deployment.ChangedAt))
                {
                    moved.Add(deployment.Id);
                }
            }
        }

        var now = clock.GetUtcNow();
        await (moved.Count == 0 ? Task.CompletedTask : hub.WriteStatementsAsync(
            db => db.Deployments.Where(d => moved.Contains(d.Id) && (d.State == DeploymentState.Deployed || d.State == DeploymentState.Failed)).ExecuteUpdateAsync(
                d => d.SetProperty(x => x.State, DeploymentState.Pending).SetProperty(x => x.Attempts, 0).SetProperty(x => x.NextAt, now).SetProperty(x => x.ChangedAt, now), cancel),
            cancel));
    }

    /// <summary>Takes what is due, at most so many. Of two nodes one gets a row.</summary>
    public async Task<List<TakenDeployment>> TakeAsync(int most, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        List<TakenDeployment> due;
        await using (var db = hub.Open())
        {
            due = await db.Deployments.AsNoTracking().Where(d => Waiting.Contains(d.State) && d.NextAt <= now).OrderBy(d => d.NextAt).ThenBy(d => d.Id).Take(most)
                .Join(db.DeploymentTargets.AsNoTracking(), d => d.TargetId, t => t.Id, (d, t) => new { Deployment = d, Target = t })
                .Join(db.RegisteredModels.AsNoTracking(), f => f.Deployment.ModelId, m => m.Id, (f, m) => new TakenDeployment(f.Deployment, f.Target, m)).ToListAsync(cancel);
        }

        List<TakenDeployment> taken = [];
        foreach (var found in due)
        {
            var lease = Guid.NewGuid();
            if (await hub.WriteStatementsAsync(
                    db => db.Deployments.Where(d => d.Id == found.Deployment.Id && Waiting.Contains(d.State) && d.NextAt <= now)
                        .ExecuteUpdateAsync(d => d.SetProperty(x => x.Lease, lease).SetProperty(x => x.NextAt, now + Lease), cancel),
                    cancel) == 1)
            {
                // Read again: between the look and the update somebody may have asked for something else.
                await using var db = hub.Open();
                taken.Add(found with { Deployment = await db.Deployments.AsNoTracking().SingleAsync(d => d.Id == found.Deployment.Id, cancel) });
            }
        }

        return taken;
    }

    /// <summary>Writes down what came of it, unless somebody asked for something else meanwhile, which is then due.</summary>
    public Task EndAsync(EndedDeployment ended, CancellationToken cancel) => hub.WriteAsync(
        async db =>
        {
            var (before, target, model) = ended.Taken;
            if (await db.Deployments.FirstOrDefaultAsync(d => d.Id == before.Id && d.Lease == before.Lease, cancel) is not { } row)
            {
                return;
            }

            var now = clock.GetUtcNow();
            row.Lease = null;
            row.Version = ended.Version ?? row.Version;
            if (row.ChangedAt != before.ChangedAt)
            {
                row.NextAt = now;
                return;
            }

            row.ChangedAt = now;
            (row.Reason, row.Attempts) = (Cut(ended.Failure?.Message ?? ended.Remark), ended.Failure is null ? 0 : row.Attempts + 1);
            if (ended.Failure is { } failure && !failure.IsFinal && row.Attempts < MostAttempts)
            {
                row.NextAt = now + TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << (row.Attempts - 1)));
                return;
            }

            var isRemoval = before.State == DeploymentState.Removing;
            row.State = ended.Failure is not null ? DeploymentState.Failed : isRemoval ? DeploymentState.Removed : DeploymentState.Deployed;
            row.Version = row.State == DeploymentState.Removed ? null : row.Version;
            db.Record(
                Caller.System, now,
                ended.Failure is not null ? EventKinds.DeploymentFailed : isRemoval ? EventKinds.DeploymentRemoved : EventKinds.DeploymentDone,
                model, ended.Failure is null && !isRemoval ? row.Version : null,
                after: new { target = target.Name, selector = row.Selector, version = row.Version, isRemoval = isRemoval ? true : (bool?)null, reason = row.Reason, owner = row.CreatedBy });
        },
        cancel);

    /// <summary>Gives it back untouched, for another node or the next start.</summary>
    public Task ReturnAsync(TakenDeployment taken) => hub.WriteStatementsAsync(
        db => db.Deployments.Where(d => d.Id == taken.Deployment.Id && d.Lease == taken.Deployment.Lease)
            .ExecuteUpdateAsync(d => d.SetProperty(x => x.Lease, (Guid?)null).SetProperty(x => x.NextAt, clock.GetUtcNow()), default),
        default);

    private static async Task<ModelVersion?> OfOrNullAsync(HubDb db, string model, string selector, CancellationToken cancel)
    {
        try
        {
            return (await VersionSelector.Parse(selector).FindAsync(db, Caller.System, model, cancel)).Version;
        }
        catch (HubException)
        {
            // Nobody is in the stage now: what is deployed stays.
            return null;
        }
    }

    private static string? Cut(string? text) => text is { Length: > Limits.ServingReason } ? text[..Limits.ServingReason] : text;
}
