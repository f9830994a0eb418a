using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MlHub.Artifacts;
using MlHub.Events;
using MlHub.Live;
using MlHub.Operations;
using MlHub.Scoring;

namespace MlHub.Serving.Batch;

/// <summary>Computes batch jobs, on every node some at a time. It holds each by a lease that it renews while it works.</summary>
internal sealed class BatchWorker(
    HubDbFactory hub, BatchSources sources, BatchRights rights, ServedModels served, IBlobStore blobs, BatchSettings settings, LiveFeed feed, TimeProvider clock,
    BatchUpkeep upkeep, BatchClock times, ILogger<BatchWorker> logger)
    : SignalledWorker(hub, new(), Patience, "Batch jobs could not be looked after", logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2), Again = TimeSpan.FromSeconds(10);

    private readonly BatchLedger _ledger = new(hub, clock);
    private readonly List<Task> _running = [];
    private readonly HubDbFactory _hub = hub;
    private bool _isFreed;

    /// <summary>What was under way is put back before the database is let go of.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await times.StopAsync();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected override async Task WorkAsync(CancellationToken cancel)
    {
        if (!_isFreed)
        {
            await _ledger.FreeAsync(cancel);
            _isFreed = true;
        }

        await TakeAsync(cancel);
        await TellAsync(cancel);
        await upkeep.RunAsync(cancel);
        await times.StartAsync(cancel);
    }

    private async Task TakeAsync(CancellationToken stopping)
    {
        _running.RemoveAll(r => r.IsCompleted);
        while (_running.Count < settings.ParallelJobs && await _ledger.TakeAsync(stopping) is { } job)
        {
            feed.Announce(Topics.Batch(job.ModelId));
            _running.Add(Task.Run(() => RunAsync(job, stopping), CancellationToken.None));
        }
    }

    /// <summary>Pages that are open here show the jobs of other nodes too.</summary>
    private async Task TellAsync(CancellationToken cancel)
    {
        if (_hub.IsAlone)
        {
            return;
        }

        await using var db = _hub.Open();
        foreach (var model in await db.BatchJobs.Where(j => j.State == BatchState.Running).Select(j => j.ModelId).Distinct().ToListAsync(cancel))
        {
            feed.Announce(Topics.Batch(model));
        }
    }

    private async Task RunAsync(BatchJob job, CancellationToken stopping)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var holding = HoldAsync(job, stop);
        try
        {
            BatchRun run = new(job, _ledger, sources, rights, served, blobs, settings, clock, () => feed.Announce(Topics.Batch(job.ModelId)));
            string? failure = null;
            try
            {
                await run.RunAsync(stop.Token);
            }
            catch (Exception e) when (ReasonOrNull(e) is { } reason)
            {
                failure = reason;
            }

            await _ledger.EndAsync(job, failure, stop.Token);
        }
        catch (LostJobException)
        {
            logger.LogInformation("Batch job {Job} is no longer this node's.", job.Id);
        }
        catch (Exception e)
        {
            await ReleaseAsync(job, e, stopping);
        }

        await stop.CancelAsync();
        await holding;
        feed.Announce(Topics.Batch(job.ModelId));
        Wake();
    }

    /// <summary>What ends a job. Null for what may be over later, and for what is no affair of the job's.</summary>
    private string? ReasonOrNull(Exception e) => e switch
    {
        BatchFailedException or ScoringException => e.Message,
        HubException { Error: not HubError.Unavailable } => e.Message,
        HubException or OperationCanceledException or LostJobException => null,
        _ when _hub.ExplainOrNull(e) is not null => null,
        _ => Unexpected(e),
    };

    private string Unexpected(Exception e)
    {
        logger.LogError(e, "A batch job could not be computed.");
        return "It could not be computed; the hub's log says why.";
    }

    private async Task ReleaseAsync(BatchJob job, Exception e, CancellationToken stopping)
    {
        try
        {
            if (!stopping.IsCancellationRequested && e is not OperationCanceledException)
            {
                logger.LogRetry(_hub, e, $"Batch job {job.Id} was put back");
            }

            // A node that ends gives its jobs to the others at once.
            await _ledger.ReleaseAsync(job, stopping.IsCancellationRequested ? TimeSpan.Zero : Again, CancellationToken.None);
        }
        catch (Exception away)
        {
            logger.LogWarning(away, "Batch job {Job} is taken up again when its lease has ended.", job.Id);
        }
    }

    /// <summary>Renews the lease, and ends the work where the job is stopped, deleted or taken away.</summary>
    private async Task HoldAsync(BatchJob job, CancellationTokenSource stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Patience, clock, stop.Token);
                try
                {
                    await _ledger.HoldAsync(job, stop.Token);
                }
                catch (Exception e) when (e is not (LostJobException or OperationCanceledException))
                {
                    logger.LogRetry(_hub, e, "The lease of a batch job could not be renewed");
                }
            }
        }
        catch (LostJobException)
        {
            await stop.CancelAsync();
        }
        catch (OperationCanceledException)
        {
        }
    }
}
