using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using MlHub.Scoring;
using MlHub.Scoring.Workers;

namespace MlHub.Serving.Traffic;

/// <summary>A request that callers have the answer to already.</summary>
internal sealed record ShadowCopy(RequestForm Form, ReadOnlyMemory<byte> Body, ScoringAnswer Answer, TimeSpan Elapsed);

/// <summary>Asks a version copies of requests, one after the other, and compares its answers. What does not fit the queue is dropped and counted.</summary>
internal sealed class ShadowQueue : IAsyncDisposable
{
    private const int Most = 64;
    private const long MostBytes = 32L * 1024 * 1024;

    private readonly Channel<ShadowCopy> _copies = Channel.CreateBounded<ShadowCopy>(new BoundedChannelOptions(Most) { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Func<Scorer> _scorer;
    private readonly Task _running;
    private ShadowFindings _found = ShadowFindings.None;
    private long _bytes;

    /// <param name="scorer">Who is asked; another one after serving was ended and begun again.</param>
    public ShadowQueue(Func<Scorer> scorer)
    {
        _scorer = scorer;
        _running = Task.Run(() => RunAsync(_stop.Token));
    }

    /// <summary>What was found out since it was taken last.</summary>
    public ShadowFindings Found
    {
        get
        {
            lock (_gate)
            {
                return _found;
            }
        }
    }

    /// <summary>Never waits.</summary>
    public void Offer(ShadowCopy copy)
    {
        var bytes = Interlocked.Add(ref _bytes, BytesOf(copy));
        if (bytes > MostBytes || !_copies.Writer.TryWrite(copy))
        {
            Interlocked.Add(ref _bytes, -BytesOf(copy));
            Note(new() { Dropped = 1 });
        }
    }

    public ShadowFindings Take()
    {
        lock (_gate)
        {
            var found = _found;
            _found = ShadowFindings.None;
            return found;
        }
    }

    /// <summary>Puts back what could not be written down.</summary>
    public void Note(ShadowFindings more)
    {
        lock (_gate)
        {
            _found = _found.Plus(more);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        await foreach (var copy in _copies.Reader.ReadAllAsync(stop))
        {
            Note(await AskAsync(copy, stop));
            Interlocked.Add(ref _bytes, -BytesOf(copy));
        }
    }

    private async Task<ShadowFindings> AskAsync(ShadowCopy copy, CancellationToken stop)
    {
        var scorer = _scorer();
        if (!scorer.IsReady)
        {
            scorer.Start();
            return new() { Dropped = 1 };
        }

        try
        {
            var since = Stopwatch.GetTimestamp();
            var answer = await scorer.ScoreAsync(copy.Form, copy.Body, stop);
            return ShadowFindings.Of(AnswerComparison.Of(copy.Answer, answer), copy.Elapsed, Stopwatch.GetElapsedTime(since));
        }
        catch (Exception e) when (e is ScoringException or JsonException)
        {
            return new() { Failed = 1, Failure = e.Message };
        }
    }

    private static long BytesOf(ShadowCopy copy) => copy.Body.Length + copy.Answer.Body.Length;
}
