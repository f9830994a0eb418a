using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Access;
using MlHub.Events;
using MlHub.Live;
using MlHub.Operations;
using MlHub.Registry;
using MlHub.Serving;

namespace MlHub.Deployments;

/// <summary>Brings versions to where they are to be, and takes them away; it runs on every node, some deployments at a time.</summary>
internal sealed class DeploymentWorker(
    HubDbFactory hub, EventSignal signal, DeploymentLedger ledger, DeploymentTargets targets, VersionDownloads downloads, Accounts accounts, LiveFeed feed, TimeProvider clock,
    ILogger<DeploymentWorker> logger) : BackgroundService
{
    private const int AtOnce = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2), FollowingPace = TimeSpan.FromSeconds(1);

    private readonly List<Task> _running = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wake = signal.Listen();
        var (isFreed, nextLook) = (false, DateTimeOffset.MinValue);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!isFreed)
                {
                    await ledger.FreeAsync(stoppingToken);
                    isFreed = true;
                }

                _running.RemoveAll(t => t.IsCompleted);
                if (clock.GetUtcNow() >= nextLook)
                {
                    await ledger.FollowAsync(stoppingToken);
                    nextLook = clock.GetUtcNow() + FollowingPace;
                }

                var taken = _running.Count < AtOnce ? await ledger.TakeAsync(AtOnce - _running.Count, stoppingToken) : [];
                _running.AddRange(taken.Select(t => RunAsync(t, stoppingToken)));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogRetry(hub, e, "Deployments could not be looked after");
            }

            await wake.NextAsync(Patience, stoppingToken);
        }

        await Task.WhenAll(_running);
    }

    private async Task RunAsync(TakenDeployment taken, CancellationToken cancel)
    {
        try
        {
            await ledger.EndAsync(await AttemptAsync(taken, cancel), cancel);
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            await ledger.ReturnAsync(taken);
        }
        catch (Exception e)
        {
            // Its lease runs out, and then it is tried again.
            logger.LogError(e, "The deployment of {Model} to {Target} ended unwritten.", taken.Model.Name, taken.Target.Name);
        }

        feed.Announce(Topics.Deployments);
    }

    private async Task<EndedDeployment> AttemptAsync(TakenDeployment taken, CancellationToken cancel)
    {
        try
        {
            var (deployment, target, model) = taken;
            var owner = await OwnerAsync(deployment, model, cancel);
            var (kind, access) = (targets.Of(target.Kind), targets.Open(target));
            if (deployment.State == DeploymentState.Removing)
            {
                await kind.RemoveAsync(access, owner, model.Name, cancel);
                return new(taken, null, null, null);
            }

            var version = await downloads.FindAsync(owner, model.Name, VersionSelector.Parse(deployment.Selector), cancel);
            var remark = await kind.DeployAsync(access, new(owner, version), cancel);
            return new(taken, version.Key.Number, null, remark);
        }
        catch (DeploymentException e)
        {
            return new(taken, null, e, null);
        }
        catch (HubException e)
        {
            return new(taken, null, new(e.Message, isFinal: e.Error is not (HubError.Unavailable or HubError.TooManyRequests)), null);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            logger.LogError(e, "The deployment of {Model} to {Target} failed.", taken.Model.Name, taken.Target.Name);
            return new(taken, null, new("MlHub itself failed; its log tells more.", isFinal: false), null);
        }
    }

    /// <summary>By the rights that whoever asked for it has now.</summary>
    private async Task<Caller> OwnerAsync(Deployment deployment, RegisteredModel model, CancellationToken cancel)
    {
        var owner = deployment.CreatedBy == Guid.Empty ? Caller.Local : await accounts.CallerOrNullAsync(deployment.CreatedBy, cancel)
            ?? throw new DeploymentException("The account that asked for it is gone or disabled. Deploy it again.", isFinal: true);
        await using var db = hub.Open();
        return await db.PermissionOnModelAsync(owner, model.Id, cancel) >= RegistryPermission.Manage
            ? owner
            : throw new DeploymentException($"'{owner.Name}', who asked for it, may no longer manage the model. Deploy it again.", isFinal: true);
    }
}
