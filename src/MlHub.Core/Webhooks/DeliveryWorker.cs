using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Events;
using MlHub.Operations;

namespace MlHub.Webhooks;

/// <summary>
/// Sends what waits. It runs on every node. Each turn is one transaction that writes down what ended since the last and takes what is due
/// now; everything between is in the network. A delivery is marked after the receiver has answered, so a crash between the two
/// sends it again under the same id.
/// </summary>
public sealed class DeliveryWorker(
    HubDbFactory hub, EventSignal signal, IWebhookSender sender, ISecretBox box, TimeProvider clock, ILogger<DeliveryWorker> logger) : BackgroundService
{
    /// <summary>Between two turns, so that the database writes for many deliveries at once.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    /// <summary>Other nodes raise no signal here, and time passes without one.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5), FreeingPace = TimeSpan.FromMinutes(1);

    private readonly Wake _wake = signal.Listen();
    private readonly DeliveryLedger _ledger = new(hub, clock);
    private readonly DeliveryLanes _lanes = new();
    private readonly Channel<EndedDelivery> _ends = Channel.CreateUnbounded<EndedDelivery>();
    private readonly List<EndedDelivery> _unwritten = [];
    private readonly Dictionary<long, long> _busy = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var sending = new CancellationTokenSource();
        var nextFreeing = DateTimeOffset.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (clock.GetUtcNow() >= nextFreeing && (_busy.Count == 0 || !hub.IsAlone))
                {
                    await _ledger.FreeAsync(stoppingToken);
                    nextFreeing = clock.GetUtcNow() + FreeingPace;
                }

                await TurnAsync(sending.Token, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogRetry(hub, e, "Webhooks could not be delivered");
            }

            await RestAsync(stoppingToken);
        }

        await EndAsync(sending);
    }

    private async Task TurnAsync(CancellationToken sending, CancellationToken cancel)
    {
        Collect();
        var ready = await _ledger.ReadyAsync(cancel);
        var due = ready.Count == 0 ? [] : await _ledger.DueAsync(_lanes.Choose(ready), _busy, cancel);
        if (_unwritten.Count + due.Count == 0)
        {
            return;
        }

        var taken = await _ledger.TurnAsync(_unwritten, due, cancel);
        Settle();
        foreach (var delivery in taken)
        {
            _busy[delivery.Delivery.Id] = delivery.Webhook.Id;
            _ = SendAsync(delivery, sending);
        }
    }

    private async Task CollectLastAsync()
    {
        using var limit = new CancellationTokenSource(2 * LastWords);
        try
        {
            while (_busy.Count > _unwritten.Count)
            {
                _unwritten.Add(await _ends.Reader.ReadAsync(limit.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // Whoever does not let go is waited for no longer.
        }
    }

    private void Collect()
    {
        while (_ends.Reader.TryRead(out var end))
        {
            _unwritten.Add(end);
        }
    }

    /// <summary>Only now may they be taken again: as long as the database was away, this node remembers what it has sent.</summary>
    private void Settle()
    {
        _unwritten.ForEach(e => _busy.Remove(e.Taken.Delivery.Id));
        _unwritten.Clear();
    }

    private async Task SendAsync(TakenDelivery taken, CancellationToken cancel)
    {
        EndedDelivery end;
        try
        {
            var message = OutgoingMessages.Of(taken.Webhook, taken.Delivery, box, clock.GetUtcNow());
            var result = await _lanes.RunAsync(taken.Ready, () => sender.SendAsync(message, cancel));
            HubMeter.Attempts.Record(result.TotalMs / 1000.0, new KeyValuePair<string, object?>("delivered", result.IsDelivered));
            end = new(taken, clock.GetUtcNow(), result);
        }
        catch (CryptographicException e)
        {
            logger.LogWarning(e, "The secret of webhook {Webhook} cannot be read.", taken.Webhook.PublicId);
            end = new(taken, clock.GetUtcNow(), null, "Its secret cannot be read: the keys in MlHub's data directory are not those that sealed it. Set the secret anew.");
        }
        catch (OperationCanceledException)
        {
            end = new(taken, clock.GetUtcNow(), null);
        }
        catch (Exception e)
        {
            logger.LogError(e, "A delivery of webhook {Webhook} could not be sent.", taken.Webhook.PublicId);
            end = new(taken, clock.GetUtcNow(), null, "MlHub failed to send to it; its log says why.");
        }

        _ends.Writer.TryWrite(end);
        _wake.Up();
    }

    private async Task RestAsync(CancellationToken cancel)
    {
        try
        {
            await _wake.NextAsync(Patience, cancel, Pace);
        }
        catch (OperationCanceledException)
        {
            // What is under way is ended first.
        }
    }

    /// <summary>Waits a little for those who are about to answer; what is broken off is sent again after the start.</summary>
    private async Task EndAsync(CancellationTokenSource sending)
    {
        try
        {
            sending.CancelAfter(LastWords);
            await CollectLastAsync();
            await _ledger.TurnAsync(_unwritten, new Dictionary<long, ReadyWebhook>(), CancellationToken.None);
        }
        catch (Exception e)
        {
            logger.LogWarning(e, "What was sent last could not be marked and will be sent again.");
        }
    }
}
