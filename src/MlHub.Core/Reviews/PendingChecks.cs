using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MlHub.Access;
using MlHub.Events;
using MlHub.Operations;
using MlHub.Registry;

namespace MlHub.Reviews;

/// <summary>
/// MlHub's own checks that wait for an answer, each for one worker of one node at a time. A lease is a time in the row, as of deliveries: whoever works on a check
/// keeps its <see cref="Check.UpdatedAt"/> a little ahead of now. So one comparison finds what was asked for and what a dead node left, and whoever asks again takes it
/// away from whoever works on it.
/// </summary>
/// <param name="hub">The database.</param>
/// <param name="which">The checks that this worker answers.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="logger">The log.</param>
internal sealed class PendingChecks(HubDbFactory hub, Expression<Func<Check, bool>> which, TimeProvider clock, ILogger logger)
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private const int Candidates = 20;

    private bool _isFreed;

    /// <summary>Answers all that wait, one after the other.</summary>
    /// <param name="look">Finds the outcome; cancelled where the check was asked for anew meanwhile.</param>
    /// <param name="cancel">Ends it; what is under way is given back.</param>
    public async Task AnswerAsync(Func<HubDb, RegisteredModel, ModelVersion, Check, CancellationToken, Task<CheckOutcome>> look, CancellationToken cancel)
    {
        if (!_isFreed)
        {
            await FreeAsync(cancel);
            _isFreed = true;
        }

        while (await TakeOrNullAsync(cancel) is { } taken)
        {
            await using var db = hub.Open();
            if (await db.ModelVersions.AsNoTracking().FirstOrDefaultAsync(v => v.Id == taken.VersionId, cancel) is { } version
                && await db.RegisteredModels.AsNoTracking().FirstOrDefaultAsync(m => m.Id == version.ModelId, cancel) is { } model)
            {
                await AnswerAsync(taken, version.Number, model, stop => look(db, model, version, taken, stop), cancel);
            }
        }
    }

    /// <summary>Takes the one that has waited longest; null where none waits. Of two nodes one gets it.</summary>
    internal async Task<Check?> TakeOrNullAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        List<Check> waiting;
        await using (var db = hub.Open())
        {
            waiting = await Pending(db).AsNoTracking().Where(c => c.UpdatedAt <= now).OrderBy(c => c.UpdatedAt).ThenBy(c => c.Id).Take(Candidates).ToListAsync(cancel);
        }

        foreach (var check in waiting)
        {
            if (await HoldAsync(check, cancel))
            {
                return check;
            }
        }

        return null;
    }

    private async Task AnswerAsync(Check taken, int number, RegisteredModel model, Func<CancellationToken, Task<CheckOutcome>> look, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var holding = KeepAsync(taken, stop);
        try
        {
            var outcome = await look(stop.Token);
            await stop.CancelAsync();
            await holding;
            await WriteAsync(taken, number, model, outcome, cancel);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            // It was asked for anew, and waits again.
            await holding;
        }
        catch
        {
            await stop.CancelAsync();
            await holding;
            await GiveBackAsync(taken);
            throw;
        }
    }

    /// <summary>Pushes the end of the lease on; whether the check was still as this one knows it.</summary>
    private async Task<bool> HoldAsync(Check check, CancellationToken cancel)
    {
        var (known, until) = (check.UpdatedAt, DateTimeOffset.FromUnixTimeMilliseconds((clock.GetUtcNow() + Lease).ToUnixTimeMilliseconds()));
        check.UpdatedAt = until;
        return await hub.WriteStatementsAsync(
            db => Pending(db).Where(c => c.Id == check.Id && c.UpdatedAt == known).ExecuteUpdateAsync(c => c.SetProperty(x => x.UpdatedAt, until), cancel), cancel) == 1;
    }

    /// <summary>Holds it until it is stopped, and stops the work where it was asked for anew or answered.</summary>
    private async Task KeepAsync(Check taken, CancellationTokenSource stop)
    {
        while (true)
        {
            await Task.Delay(Lease / 3, clock, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
            {
                return;
            }

            var known = taken.UpdatedAt;
            try
            {
                // Not to be cancelled: what the row says would be unknown.
                if (!await HoldAsync(taken, CancellationToken.None))
                {
                    await stop.CancelAsync();
                    return;
                }
            }
            catch (Exception e)
            {
                taken.UpdatedAt = known;
                logger.LogRetry(hub, e, "The lease of a check could not be renewed");
            }
        }
    }

    private async Task GiveBackAsync(Check taken)
    {
        try
        {
            await hub.WriteStatementsAsync(
                db => Pending(db).Where(c => c.Id == taken.Id && c.UpdatedAt == taken.UpdatedAt).ExecuteUpdateAsync(c => c.SetProperty(x => x.UpdatedAt, clock.GetUtcNow()), default), default);
        }
        catch (Exception e)
        {
            logger.LogWarning(e, "The check {Check} is taken up again when its lease has ended.", taken.Name);
        }
    }

    /// <summary>Gives back what nobody can have in hand after a restart of the only node.</summary>
    private Task FreeAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return hub.IsAlone
            ? hub.WriteStatementsAsync(db => Pending(db).Where(c => c.UpdatedAt > now).ExecuteUpdateAsync(c => c.SetProperty(x => x.UpdatedAt, now), cancel), cancel)
            : Task.CompletedTask;
    }

    /// <summary>Writes down what was found, unless it was answered or asked again meanwhile.</summary>
    private Task WriteAsync(Check taken, int number, RegisteredModel model, CheckOutcome outcome, CancellationToken cancel) => hub.WriteAsync(
        async db =>
        {
            if (await Pending(db).FirstOrDefaultAsync(c => c.Id == taken.Id && c.UpdatedAt == taken.UpdatedAt, cancel) is not { } check
                || await db.RegisteredModels.FirstOrDefaultAsync(m => m.Id == model.Id, cancel) is not { } found)
            {
                return;
            }

            var (now, summary) = (clock.GetUtcNow(), outcome.Summary.Length <= Limits.CheckSummary ? outcome.Summary : outcome.Summary[..Limits.CheckSummary]);
            (check.State, check.Summary, check.Details, check.UpdatedAt) = (outcome.State, summary, outcome.Details, now);
            db.Record(
                Caller.System, now, EventKinds.CheckReported, found, number,
                new { check.Name, state = CheckState.Pending.ToString() }, new { check.Name, state = outcome.State.ToString(), summary });
        },
        cancel);

    private IQueryable<Check> Pending(HubDb db) =>
        db.Checks.Where(c => c.State == CheckState.Pending && c.ReportedBy == BuiltInChecks.Reporter && c.Name.StartsWith(BuiltInChecks.Prefix)).Where(which);
}
