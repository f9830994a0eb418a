using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MlHub.Access;
using MlHub.Events;

namespace MlHub.Live;

/// <summary>
/// Follows the event log and announces what is new. Each instance of MlHub tails for itself, so a change made
/// through one instance reaches the pages open on another without a message bus.
/// </summary>
public sealed class EventTail(HubDbFactory hub, LiveFeed feed, EventSignal signal, CredentialChanges credentials, ILogger<EventTail> logger)
    : SignalledWorker(hub, signal.Listen(), TimeSpan.FromMilliseconds(500), "Could not read the event log", logger)
{
    /// <summary>Ids are given at insert and seen at commit, so one may appear behind a later one: look back this far.</summary>
    private const int LookBack = 200;

    private readonly HashSet<long> _announced = [];
    private readonly HubDbFactory _hub = hub;
    private readonly EventSignal _signal = signal;
    private long? _last;

    protected override async Task WorkAsync(CancellationToken cancel) => _last = _last is { } known ? await AnnounceAfterAsync(known, cancel) : await LastIdAsync(cancel);

    private async Task<long> LastIdAsync(CancellationToken cancel)
    {
        await using var db = _hub.Open();
        return await db.Events.MaxAsync(e => (long?)e.Id, cancel) ?? 0;
    }

    private async Task<long> AnnounceAfterAsync(long last, CancellationToken cancel)
    {
        await using var db = _hub.Open();
        var rows = await db.Events.AsNoTracking()
            .Where(e => e.Id > last - LookBack)
            .OrderBy(e => e.Id).Take(2000)
            .Select(e => new { e.Id, e.Kind, e.Subject, e.ExperimentId, e.ModelId })
            .ToListAsync(cancel);
        foreach (var row in rows.Where(r => _announced.Add(r.Id)))
        {
            _signal.Tell(row.Kind, row.ModelId);
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
