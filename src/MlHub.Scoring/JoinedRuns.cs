using System.Diagnostics;
using System.Text.Json;
using MlHub.Scoring.Invocations;
using MlHub.Scoring.Onnx;

namespace MlHub.Scoring;

/// <summary>
/// Runs requests that wait at the same time as one, their rows below each other, and takes the answers apart again. A model for which
/// that turns out not to work is run request by request.
/// </summary>
/// <param name="run">Runs the model.</param>
/// <param name="mostRows">Rows of one run; a request with more is run alone.</param>
/// <param name="delay">How long a request waits for others.</param>
/// <param name="log">Hears what the model's maker should know.</param>
internal sealed class JoinedRuns(
    Func<ModelInput, JsonElement?, IReadOnlyList<string>?, ModelAnswer> run, int mostRows, TimeSpan delay, Action<string> log) : IDisposable
{
    private readonly object _gate = new();
    private readonly List<Waiting> _waiting = [];
    private volatile bool _isPointless;
    private bool _isDisposed;

    /// <summary>So many runs go on at the same time.</summary>
    public JoinedRuns Start(int threads)
    {
        for (var i = 0; i < threads; i++)
        {
            new Thread(Work) { IsBackground = true, Name = "joined runs" }.Start();
        }

        return this;
    }

    /// <param name="request">What is to be run.</param>
    /// <param name="done">Is told how to get at the answer, on another thread; getting at it may throw what a run throws.</param>
    public void Add(ModelRequest request, Action<Func<ModelAnswer>> done)
    {
        lock (_gate)
        {
            _waiting.Add(new(request, request.Input.Rows, KindOf(request), done, Stopwatch.GetTimestamp()));
            Monitor.PulseAll(_gate);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Work()
    {
        while (Next() is { } batch)
        {
            Run(batch);
        }
    }

    /// <summary>The request that has waited longest with those that go with it, once there are enough of them or it has waited long enough.</summary>
    private List<Waiting>? Next()
    {
        lock (_gate)
        {
            while (!_isDisposed)
            {
                if (_waiting.Count == 0)
                {
                    Monitor.Wait(_gate);
                    continue;
                }

                var (batch, isFull) = Longest();
                var left = isFull ? TimeSpan.Zero : delay - Stopwatch.GetElapsedTime(batch[0].Since);
                if (left <= TimeSpan.Zero)
                {
                    _waiting.RemoveAll(w => batch.Exists(b => ReferenceEquals(b, w)));
                    return batch;
                }

                Monitor.Wait(_gate, left);
            }

            return null;
        }
    }

    private (List<Waiting> Batch, bool IsFull) Longest()
    {
        var first = _waiting[0];
        List<Waiting> batch = [first];
        var (rows, isFull) = (first.Rows, first.Kind is null);
        foreach (var other in first.Kind is null ? [] : _waiting.Skip(1).Where(w => w.Kind == first.Kind))
        {
            isFull |= rows + other.Rows > mostRows;
            if (isFull)
            {
                break;
            }

            batch.Add(other);
            rows += other.Rows;
        }

        return (batch, isFull || rows == mostRows);
    }

    private void Run(List<Waiting> batch)
    {
        if (batch.Count > 1 && TogetherOrNull(batch) is { } parts)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                var mine = parts[i];
                batch[i].Done(() => mine);
            }

            return;
        }

        foreach (var (request, _, _, done, _) in batch)
        {
            done(() => run(request.Input, request.Parameters, request.Wanted));
        }
    }

    /// <summary>The answers of all requests; null where they have to be run alone.</summary>
    private ModelAnswer[]? TogetherOrNull(List<Waiting> batch)
    {
        var first = batch[0].Request;
        try
        {
            var values = first.Input.Values.Select((value, i) => KeyValuePair.Create(value.Key, Rows.Join(batch.ConvertAll(w => w.Request.Input.Values[i].Value)))).ToList();
            List<long> counts = batch.ConvertAll(w => w.Rows);
            var whole = run(first.Input with { Values = values }, null, first.Wanted);
            var parts = Array.ConvertAll(whole.Values, value => Rows.SplitOrNull(value, counts));
            if (!Array.Exists(parts, p => p is null))
            {
                return [.. batch.Select((_, i) => whole with { Values = Array.ConvertAll(parts, p => p![i]) })];
            }

            _isPointless = true;
            log("Requests are computed one by one: the model does not answer with as many rows as it is asked.");
        }
        catch (Exception e) when (e is OrtException or ScoringException or OutOfMemoryException)
        {
            // Whose rows it was shows when each is run alone.
        }

        return null;
    }

    /// <summary>What requests must have in common to be run as one; null for one that is run alone.</summary>
    private string? KindOf(ModelRequest request)
    {
        var (input, rows) = (request.Input, request.Input.Rows);
        return _isPointless || request.Parameters is not null || rows < 1 || rows >= mostRows || !input.Values.All(v => v.Value.Shape is [var size, ..] && size == rows)
            ? null
            : $"{input.IsTable}|{string.Join(';', input.Values.Select(v => $"{v.Key}:{v.Value.Type}:{string.Join(',', v.Value.Shape[1..])}"))}|{(request.Wanted is null ? null : string.Join(';', request.Wanted))}";
    }

    private sealed record Waiting(ModelRequest Request, long Rows, string? Kind, Action<Func<ModelAnswer>> Done, long Since);
}
