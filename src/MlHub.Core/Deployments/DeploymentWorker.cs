using Microsoft.Extensions.Logging;
using MlHub.Access;
using MlHub.Events;
using MlHub.Live;
using MlHub.Registry;
using MlHub.Serving;

namespace MlHub.Deployments;

/// <summary>Brings versions to where they are to be, and takes them away; it runs on every node, some deployments at a time.</summary>
internal sealed class DeploymentWorker(
    HubDbFactory hub, EventSignal signal, DeploymentLedger ledger, DeploymentTargets targets, VersionDownloads downloads, Accounts accounts, LiveFeed feed, TimeProvider clock,
    ILogger<DeploymentWorker> logger)
    : SignalledWorker(hub, signal.Listen(), TimeSpan.FromSeconds(2), "Deployments could not be looked after", logger)
{
    private const int AtOnce = 4;
    private static readonly TimeSpan FollowingPace = TimeSpan.FromSeconds(1);

    private readonly List<Task> _running = [];
    private readonly HubDbFactory _hub = hub;
    private readonly ILogger<DeploymentWorker> _logger = logger;
    private bool _isFreed;
    private DateTimeOffset _nextLook = DateTimeOffset.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await base.ExecuteAsync(stoppingToken);
        }
        finally
        {
            await Task.WhenAll(_running);
        }
    }

    protected override async Task WorkAsync(CancellationToken cancel)
    {
        if (!_isFreed)
        {
            await ledger.FreeAsync(cancel);
            _isFreed = true;
        }

        _running.RemoveAll(t => t.IsCompleted);
        if (clock.GetUtcNow() >= _nextLook)
        {
            await ledger.FollowAsync(cancel);
            _nextLook = clock.GetUtcNow() + FollowingPace;
        }

        var taken = _running.Count < AtOnce ? await ledger.TakeAsync(AtOnce - _running.Count, cancel) : [];
        _running.AddRange(taken.Select(t => RunAsync(t, cancel)));
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
            _logger.LogError(e, "The deployment of {Model} to {Target} ended unwritten.", taken.Model.Name, taken.Target.Name);
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
            _logger.LogError(e, "The deployment of {Model} to {Target} failed.", taken.Model.Name, taken.Target.Name);
            return new(taken, null, new("MlHub itself failed; its log tells more.", isFinal: false), null);
        }
    }

    /// <summary>By the rights that whoever asked for it has now.</summary>
    private async Task<Caller> OwnerAsync(Deployment deployment, RegisteredModel model, CancellationToken cancel)
    {
        var owner = deployment.CreatedBy == Guid.Empty ? Caller.Local : await accounts.CallerOrNullAsync(deployment.CreatedBy, cancel)
            ?? throw new DeploymentException("The account that asked for it is gone or disabled. Deploy it again.", isFinal: true);
        await using var db = _hub.Open();
        return await db.PermissionOnModelAsync(owner, model.Id, cancel) >= RegistryPermission.Manage
            ? owner
            : throw new DeploymentException($"'{owner.Name}', who asked for it, may no longer manage the model. Deploy it again.", isFinal: true);
    }
}
