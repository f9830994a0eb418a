using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Access;
using MlHub.Events;
using MlHub.Live;
using MlHub.Operations;

namespace MlHub.Serving.Traffic;

/// <summary>Looks after the running rules, and tells the pages that show them.</summary>
internal sealed class TrafficWorker : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly HubDbFactory _hub;
    private readonly TrafficUpkeep _upkeep;
    private readonly LiveFeed _feed;
    private readonly ILogger<TrafficWorker> _logger;

    public TrafficWorker(HubDbFactory hub, TrafficUpkeep upkeep, ServingRoutes routes, Scorers scorers, TrafficTrials trials, LiveFeed feed, ILogger<TrafficWorker> logger)
    {
        (_hub, _upkeep, _feed, _logger) = (hub, upkeep, feed, logger);
        trials.TakenBack += () => _wake.Writer.TryWrite(true);
        scorers.Changed += _ => _wake.Writer.TryWrite(true);
        routes.Changed += _ =>
        {
            _wake.Writer.TryWrite(true);
            _feed.Announce(Topics.Traffic);
        };
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await _upkeep.FollowAsync(Caller.System, stoppingToken))
                {
                    _feed.Announce(Topics.Traffic);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                _logger.LogRetry(_hub, e, "Could not look after the rules of traffic");
            }

            await _wake.Reader.NextAsync(Patience, stoppingToken);
        }
    }
}
