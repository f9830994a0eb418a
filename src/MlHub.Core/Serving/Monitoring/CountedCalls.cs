using System.Collections.Concurrent;
using MlHub.Operations;

namespace MlHub.Serving.Monitoring;

/// <summary>A minute of a version.</summary>
internal readonly record struct CountedMinute(long VersionId, DateTimeOffset Minute);

/// <summary>Counts the requests to models by version and minute, in memory until <see cref="MeasureWorker"/> has written them. Counting waits for nobody.</summary>
internal sealed class CountedCalls(ServingRoutes routes, TimeProvider clock) : ICallListener
{
    private readonly ConcurrentDictionary<CountedMinute, CallCounts> _counts = new();
    private ConcurrentDictionary<long, bool> _asked = new();

    /// <summary>What this process' rows are told apart by.</summary>
    public Guid Node { get; } = Guid.NewGuid();

    /// <summary>What is not written yet, and what was just now.</summary>
    public IEnumerable<KeyValuePair<CountedMinute, CallCounts>> All => _counts;

    public static DateTimeOffset MinuteOf(DateTimeOffset at) => new(at.Ticks - (at.Ticks % TimeSpan.TicksPerMinute), at.Offset);

    public void Hear(AnsweredCall call)
    {
        _counts.GetOrAdd(new(call.Target.VersionId, MinuteOf(clock.GetUtcNow())), _ => new()).Add(call.Status, call.Elapsed);
        _asked.TryAdd(call.Target.ModelId, true);
        if (HubMeter.ServingTime.Enabled)
        {
            HubMeter.ServingTime.Record(
                call.Elapsed.TotalSeconds, new("model", routes.NameOrNull(call.Target.ModelId)), new("version", call.Target.Version),
                new("outcome", call.Status >= 500 ? "failed" : call.Status >= 400 ? "refused" : "answered"));
        }
    }

    /// <summary>The models that were asked since this was last called.</summary>
    public ICollection<long> TakeAsked() => _asked.IsEmpty ? [] : Interlocked.Exchange(ref _asked, new()).Keys;

    public void Forget(CountedMinute written) => _counts.TryRemove(written, out _);
}
