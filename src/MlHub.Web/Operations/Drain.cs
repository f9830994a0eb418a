using Microsoft.Extensions.Hosting;
using MlHub.Web.Startup;

namespace MlHub.Web.Operations;

/// <summary>
/// The orderly end. From SIGTERM on <c>/health/ready</c> is 503; for the asked seconds work still comes in, so that a load balancer can
/// turn away; then the server takes no more, finishes what it has begun, and what was accepted is stored.
/// </summary>
public sealed class Drain(HubSettings settings, TimeProvider clock, ILogger<Drain> logger) : IHostedLifecycleService
{
    /// <summary>For requests in flight; together with the rest the process ends within 25 seconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(18);

    public const int MostSeconds = 60;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        logger.LogInformation("MlHub stops: requests in flight are finished.");
        return settings.DrainDelay > TimeSpan.Zero ? Task.Delay(settings.DrainDelay, clock, cancellationToken) : Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
