using Microsoft.Extensions.Logging;
using MlHub.Access;
using MlHub.Events;
using MlHub.Live;

namespace MlHub.Serving.Traffic;

/// <summary>Looks after the running rules, and tells the pages that show them.</summary>
internal sealed class TrafficWorker : SignalledWorker
{
    private readonly TrafficUpkeep _upkeep;
    private readonly LiveFeed _feed;

    public TrafficWorker(HubDbFactory hub, TrafficUpkeep upkeep, ServingRoutes routes, Scorers scorers, TrafficTrials trials, LiveFeed feed, ILogger<TrafficWorker> logger)
        : base(hub, new(), TimeSpan.FromSeconds(2), "Could not look after the rules of traffic", logger)
    {
        (_upkeep, _feed) = (upkeep, feed);
        trials.TakenBack += Wake;
        scorers.Changed += _ => Wake();
        routes.Changed += _ =>
        {
            Wake();
            feed.Announce(Topics.Traffic);
        };
    }

    protected override async Task WorkAsync(CancellationToken cancel)
    {
        if (await _upkeep.FollowAsync(Caller.System, cancel))
        {
            _feed.Announce(Topics.Traffic);
        }
    }
}
