using Microsoft.EntityFrameworkCore;

namespace MlHub.Webhooks;

/// <summary>Writes down what came of attempts: the attempts, what is next for each delivery, and the health of the receivers.</summary>
internal sealed class DeliveryMarks(HubDb db, DateTimeOffset now, CancellationToken cancel)
{
    public async Task WriteAsync(IReadOnlyCollection<EndedDelivery> ended)
    {
        if (ended.Count == 0)
        {
            return;
        }

        var (ids, hooks) = (ended.Select(e => e.Taken.Delivery.Id).ToList(), ended.Select(e => e.Taken.Webhook.Id).Distinct().ToList());
        // A webhook may have been deleted meanwhile, with all that is its own.
        var kept = await db.WebhookDeliveries.Where(d => ids.Contains(d.Id)).Select(d => d.Id).ToHashSetAsync(cancel);
        var webhooks = await db.Webhooks.Where(w => hooks.Contains(w.Id)).OrderBy(w => w.Id).ToDictionaryAsync(w => w.Id, cancel);
        var present = ended.Where(e => kept.Contains(e.Taken.Delivery.Id) && webhooks.ContainsKey(e.Taken.Webhook.Id)).OrderBy(e => e.At).ToList();
        foreach (var end in present)
        {
            Judge(webhooks[end.Taken.Webhook.Id], end);
        }

        db.AddRange(present.Where(e => e.Result is not null).Select(Attempt));
        foreach (var delivered in present.Where(e => e.Result is { IsDelivered: true }).GroupBy(e => e.Result!.Status))
        {
            await MarkAsync([.. delivered], DeliveryState.Delivered, delivered.Key);
        }

        foreach (var failed in present.Where(e => e.Result is { IsDelivered: false }))
        {
            await PostponeAsync(failed);
        }

        await GiveBackAsync([.. present.Where(e => e.Result is null)]);
    }

    private void Judge(Webhook webhook, EndedDelivery end)
    {
        // Whoever changed the webhook meanwhile may have removed the obstacle.
        var reason = webhook.UpdatedAt == end.Taken.Webhook.UpdatedAt ? end.Obstacle : null;
        if (end.Result is { IsDelivered: true })
        {
            WebhookHealth.Succeeded(webhook, end.At);
        }
        else if (end.Result is { } failure)
        {
            reason = WebhookHealth.Failed(webhook, end.At, failure, end.Taken.Ready.IsProbe);
        }

        if (reason is not null && webhook.Status == WebhookStatus.Active)
        {
            db.Disable(webhook, now, reason);
        }
    }

    /// <summary>A receiver that is gone gets this one no more; what else waits for it is kept, as after every other end.</summary>
    private Task<int> PostponeAsync(EndedDelivery end)
    {
        var result = end.Result!;
        var wait = result.Status == 410 ? null : DeliverySchedule.WaitOrNull(end.Taken.Delivery.Attempts + 1, result.RetryAfter, Random.Shared.NextDouble());
        if (wait is not { } time)
        {
            return MarkAsync([end], DeliveryState.Failed, result.Status);
        }

        var next = end.At + time;
        return Mine([end]).ExecuteUpdateAsync(
            d => d.SetProperty(x => x.Attempts, x => x.Attempts + 1).SetProperty(x => x.LastStatus, result.Status).SetProperty(x => x.NextAt, next).SetProperty(x => x.Lease, (Guid?)null),
            cancel);
    }

    private Task<int> MarkAsync(IReadOnlyList<EndedDelivery> ends, DeliveryState state, int? status)
    {
        DateTimeOffset? at = now;
        return Mine(ends).ExecuteUpdateAsync(
            d => d.SetProperty(x => x.Attempts, x => x.Attempts + 1).SetProperty(x => x.LastStatus, status).SetProperty(x => x.State, state)
                .SetProperty(x => x.FinishedAt, at).SetProperty(x => x.Lease, (Guid?)null),
            cancel);
    }

    private async Task GiveBackAsync(List<EndedDelivery> ends)
    {
        if (ends.Count > 0)
        {
            await Mine(ends).ExecuteUpdateAsync(d => d.SetProperty(x => x.NextAt, WebhookDelivery.AtOnce).SetProperty(x => x.Lease, (Guid?)null), cancel);
        }
    }

    /// <summary>Without those whose lease ran out and that another node has taken.</summary>
    private IQueryable<WebhookDelivery> Mine(IReadOnlyList<EndedDelivery> ends)
    {
        var (ids, leases) = (ends.Select(e => e.Taken.Delivery.Id).ToList(), ends.Select(e => e.Taken.Delivery.Lease).Distinct().ToList());
        return db.WebhookDeliveries.Where(d => ids.Contains(d.Id) && leases.Contains(d.Lease) && d.State == DeliveryState.Waiting);
    }

    private static DeliveryAttempt Attempt(EndedDelivery end)
    {
        var result = end.Result!;
        return new()
        {
            DeliveryId = end.Taken.Delivery.Id,
            Number = end.Taken.Delivery.Attempts + 1,
            At = end.At,
            Status = result.Status,
            Error = result.Error,
            Answer = result.Answer,
            ResolvedMs = result.ResolvedMs,
            ConnectedMs = result.ConnectedMs,
            SecuredMs = result.SecuredMs,
            FirstByteMs = result.FirstByteMs,
            TotalMs = result.TotalMs,
            RequestHeaders = result.RequestHeaders,
        };
    }
}
