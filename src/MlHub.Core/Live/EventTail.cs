using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Access;
using MlHub.Events;
using MlHub.Operations;

namespace MlHub.Live;

/// <summary>
/// Follows the event log and announces what is new. Each instance of MlHub tails for itself, so a change made
/// through one instance reaches the pages open on another without a message bus.
/// </summary>
public sealed class EventTail(HubDbFactory hub, LiveFeed feed, EventSignal signal, CredentialChanges credentials, ILogger<EventTail> logger) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Ids are given at insert and seen at commit, so one may appear behind a later one: look back this far.</summary>
    private const int LookBack = 200;

    private readonly HashSet<long> _announced = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wake = signal.Listen();
        long? last = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                last = last is { } known ? await AnnounceAfterAsync(known, stoppingToken) : await LastIdAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogRetry(hub, e, "Could not read the event log");
            }

            await wake.NextAsync(Patience, stoppingToken);
        }
    }

    private async Task<long> LastIdAsync(CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await db.Events.MaxAsync(e => (long?)e.Id, cancel) ?? 0;
    }

    private async Task<long> AnnounceAfterAsync(long last, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var rows = await db.Events.AsNoTracking()
            .Where(e => e.Id > last - LookBack)
            .OrderBy(e => e.Id).Take(2000)
            .Select(e => new { e.Id, e.Kind, e.Subject, e.ExperimentId, e.ModelId })
            .ToListAsync(cancel);
        foreach (var row in rows.Where(r => _announced.Add(r.Id)))
        {
            signal.Tell(row.Kind, row.ModelId);
            Announce(row.Kind, row.Subject, row.ExperimentId, row.ModelId);
            last = Math.Max(last, row.Id);
        }

        _announced.RemoveWhere(id => id <= last - LookBack);
        return last;
    }

    private void Announce(string kind, string subject, long? experimentId, long? modelId)
    {
        if (EventKinds.ChangesCredentials(kind))
        {
            credentials.Raise();
        }

        if (experimentId is { } id)
        {
            feed.Announce(Topics.Experiment(id));
            feed.Announce(Topics.Experiments);
        }

        if (modelId is { } model)
        {
            feed.Announce(Topics.Model(model));
            feed.Announce(Topics.Models);
        }

        if (kind.StartsWith("run.", StringComparison.Ordinal) || kind.StartsWith("artifact.", StringComparison.Ordinal))
        {
            feed.Announce(Topics.Run(subject));
        }

        if (kind.StartsWith("webhook.", StringComparison.Ordinal))
        {
            feed.Announce(Topics.Webhook(subject));
        }

        if (kind.StartsWith("logged_model.", StringComparison.Ordinal))
        {
            feed.Announce(Topics.LoggedModel(subject));
        }
    }
}
