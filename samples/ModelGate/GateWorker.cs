using System.Net;
using System.Text.Json;
using ModelGate.Hub;
using ModelGate.Receiving;

namespace ModelGate;

/// <summary>Takes one accepted delivery after the other.</summary>
public sealed class GateWorker(Inbox inbox, Gate gate, ILogger<GateWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var delivery in inbox.ReadAllAsync(stoppingToken))
        {
            await WorkAsync(delivery, stoppingToken);
        }
    }

    private async Task WorkAsync(Delivery delivery, CancellationToken cancel)
    {
        try
        {
            await gate.JudgeAsync(delivery.Model, delivery.Version, cancel);
            inbox.Done(delivery);
        }
        catch (HubRefusalException e) when (e.Status == HttpStatusCode.NotFound)
        {
            logger.LogWarning("{Model} version {Version} is gone, or was never shown to this bot: {Reason}", delivery.Model, delivery.Version, e.Message);
            inbox.Done(delivery);
        }
        catch (Exception e) when (e is HubRefusalException or HttpRequestException or JsonException)
        {
            logger.LogError("{Model} version {Version} could not be judged; send {Delivery} again: {Reason}", delivery.Model, delivery.Version, delivery.Id, e.Message);
            inbox.Failed(delivery);
        }
    }
}
