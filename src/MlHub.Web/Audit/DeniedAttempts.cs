using System.Threading.Channels;
using System.Threading.RateLimiting;
using MlHub.Events;
using MlHub.Operations;
using MlHub.Web.Access;

namespace MlHub.Web.Audit;

/// <summary>
/// Puts what was refused into the event log: who tried what, from where, and why not. Nobody waits for it, and nobody can
/// fill the log with it: each address is given so many a minute, and what does not fit into the queue is only counted.
/// </summary>
public sealed class DeniedAttempts(HubDbFactory hub, TimeProvider clock, ILogger<DeniedAttempts> logger) : BackgroundService
{
    private const int MostWaiting = 1000, MostAtOnce = 100, SubjectLength = 500;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Channel<Attempt> _waiting = Channel.CreateBounded<Attempt>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly PartitionedRateLimiter<string> _pace = PartitionedRateLimiter.Create<string, string>(
        address => RateLimitPartition.GetFixedWindowLimiter(address, _ => new() { PermitLimit = Limits.DeniedAttemptsPerMinute, Window = Minute, QueueLimit = 0 }));

    private long _dropped;

    /// <param name="reason">In words that hold no secret.</param>
    /// <param name="subject">What it was about, where that is more than the path.</param>
    public void Note(HttpContext context, string reason, string? subject = null)
    {
        HubMeter.Denied.Add(1);
        var caller = context.User.Identity?.IsAuthenticated == true
            ? context.AsCall().Caller
            : new Caller(Guid.Empty, "anonymous") { Origin = context.Origin(PageOrigin.Via) };
        var (method, path) = (context.Request.Method, Clean(context.Request.Path.Value ?? ""));
        using var permit = _pace.AttemptAcquire(caller.Origin?.Address ?? "");
        if (!permit.IsAcquired || !_waiting.Writer.TryWrite(new(caller, clock.GetUtcNow(), subject ?? path, new { outcome = "denied", reason, method, path })))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var told = DateTimeOffset.MinValue;
        while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
        {
            await SaveAsync(stoppingToken);
            if (clock.GetUtcNow() - told > Minute && Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
            {
                told = clock.GetUtcNow();
                logger.LogWarning("{Dropped} denied attempts were not recorded: there were too many.", dropped);
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await SaveAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _pace.Dispose();
        base.Dispose();
    }

    private async Task SaveAsync(CancellationToken cancel)
    {
        List<Attempt> attempts = [];
        while (attempts.Count < MostAtOnce && _waiting.Reader.TryRead(out var attempt))
        {
            attempts.Add(attempt);
        }

        try
        {
            if (attempts.Count > 0)
            {
                await hub.WriteAsync(
                    db =>
                    {
                        attempts.ForEach(a => db.Record(a.Caller, a.At, EventKinds.AccessDenied, a.Subject, after: a.After));
                        return Task.CompletedTask;
                    },
                    cancel);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogError(e, "{Count} denied attempts could not be recorded.", attempts.Count);
        }
    }

    private static string Clean(string path) =>
        string.Concat((path.Length > SubjectLength ? path[..SubjectLength] : path).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));

    private sealed record Attempt(Caller Caller, DateTimeOffset At, string Subject, object After);
}
