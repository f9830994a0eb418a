using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Access;
using MlHub.Events;
using MlHub.Live;
using MlHub.Operations;

namespace MlHub.Serving;

/// <summary>Follows the registry: loads what endpoints lead to, ends what is served no more, and tells open pages.</summary>
internal sealed class ServingWorker : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly HubDbFactory _hub;
    private readonly ServedModels _served;
    private readonly ServingHistory _history;
    private readonly ModelFolders _folders;
    private readonly Scorers _scorers;
    private readonly ILogger<ServingWorker> _logger;

    public ServingWorker(HubDbFactory hub, ServedModels served, ServingHistory history, ServingRoutes routes, Scorers scorers, ModelFolders folders, LiveFeed feed, ILogger<ServingWorker> logger)
    {
        (_hub, _served, _history, _folders, _scorers, _logger) = (hub, served, history, folders, scorers, logger);
        routes.Changed += _ =>
        {
            _wake.Writer.TryWrite(true);
            feed.Announce(Topics.Scorers);
        };
        scorers.Changed += _ =>
        {
            _wake.Writer.TryWrite(true);
            feed.Announce(Topics.Scorers);
        };
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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _served.FollowAsync(Caller.System, stoppingToken);
                await _history.TellAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                _logger.LogRetry(_hub, e, "Could not follow the registry for serving");
            }

            await _wake.Reader.NextAsync(Patience, stoppingToken);
        }
    }
}
