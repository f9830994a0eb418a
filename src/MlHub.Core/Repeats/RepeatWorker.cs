using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MlHub.Repeats;

/// <summary>Keeps in mind what was made for calls that nobody heard the answer of, and forgets in time what no repetition can ask for any more.</summary>
public sealed class RepeatWorker(HubDbFactory hub, TimeProvider clock, ILogger<RepeatWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromMinutes(10);

    /// <summary>The connection broke after <paramref name="made"/> was made and before the caller was told.</summary>
    public Task RememberBrokenAsync(Repeat repeat, string made) =>
        hub.WriteAsync(db => repeat.RememberBrokenAsync(db, made, clock.GetUtcNow(), CancellationToken.None), CancellationToken.None);

    public Task ForgetAsync(CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                var now = clock.GetUtcNow();
                await db.FirstCreations.Where(f => f.Until <= now).ExecuteDeleteAsync(cancel);
            },
            cancel);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pace, clock, stoppingToken);
            try
            {
                await ForgetAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogError(e, "Old idempotency keys could not be removed; trying again.");
            }
        }
    }
}
