using Microsoft.Extensions.Logging;
using MlHub.Access;
using MlHub.Events;
using MlHub.Live;

namespace MlHub.Serving;

/// <summary>Follows the registry: loads what endpoints lead to, ends what is served no more, and tells open pages.</summary>
internal sealed class ServingWorker : SignalledWorker
{
    private readonly ServedModels _served;
    private readonly ServingHistory _history;
    private readonly ModelFolders _folders;
    private readonly Scorers _scorers;

    public ServingWorker(HubDbFactory hub, ServedModels served, ServingHistory history, ServingRoutes routes, Scorers scorers, ModelFolders folders, LiveFeed feed, ILogger<ServingWorker> logger)
        : base(hub, new(), TimeSpan.FromSeconds(5), "Could not follow the registry for serving", logger)
    {
        (_served, _history, _folders, _scorers) = (served, history, folders, scorers);
        routes.Changed += _ => FollowChange(feed);
        scorers.Changed += _ => FollowChange(feed);
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _folders.Clear();
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _scorers.DisposeAsync();
    }

    protected override async Task WorkAsync(CancellationToken cancel)
    {
        await _served.FollowAsync(Caller.System, cancel);
        await _history.TellAsync(cancel);
    }

    private void FollowChange(LiveFeed feed)
    {
        Wake();
        feed.Announce(Topics.Scorers);
    }
}
