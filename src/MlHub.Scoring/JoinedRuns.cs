using System.Diagnostics;
using MlHub.Scoring.Onnx;

namespace MlHub.Scoring;

/// <summary>
/// Runs requests that wait at the same time as one, their rows below each other, and takes the answers apart again. A model for which
/// that turns out not to work is run request by request.
/// </summary>
/// <param name="run">Runs the graph.</param>
/// <param name="mostRows">Rows of one run; a request with more is run alone.</param>
/// <param name="delay">How long a request waits for others.</param>
/// <param name="log">Hears what the model's maker should know.</param>
internal sealed class JoinedRuns(
    Func<IReadOnlyList<KeyValuePair<string, ModelValue>>, IReadOnlyList<string>, ModelValue[]> run, int mostRows, TimeSpan delay, Action<string> log) : IDisposable
{
    private readonly object _gate = new();
    private readonly List<Waiting> _waiting = [];
    private volatile bool _isPointless;
    private bool _isDisposed;

    /// <summary>Whether the graph takes and gives any number of rows.</summary>
    public static bool Fit(OrtSession session) =>
        session.Inputs.Count > 0
        && session.Inputs.All(p => p.Type is PortType.OfTensor { Shape: [< 0, ..] })
        && session.Outputs.All(p => p.Type is PortType.OfTensor { Shape: [< 0, ..] } or PortType.OfSequence);

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
    /// <param name="done">Is told how to get at the values, on another thread; getting at them may throw what a run throws.</param>
    public void Add(ModelRequest request, Action<Func<ModelValue[]>> done)
    {
        lock (_gate)
        {
            _waiting.Add(new(request, RowsOf(request), KindOf(request), done, Stopwatch.GetTimestamp()));
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
                var mine = Array.ConvertAll(parts, p => p[i]);
                batch[i].Done(() => mine);
            }

            return;
        }

        foreach (var (request, _, _, done, _) in batch)
        {
            done(() => run(request.Inputs, request.Outputs));
        }
    }

    /// <summary>For each output the parts of all requests; null where they have to be run alone.</summary>
    private ModelValue[][]? TogetherOrNull(List<Waiting> batch)
    {
        var first = batch[0].Request;
        try
        {
            var inputs = first.Inputs.Select((input, i) => KeyValuePair.Create<string, ModelValue>(
                input.Key, Rows.Join(batch.ConvertAll(w => (Tensor)w.Request.Inputs[i].Value)))).ToList();
            List<long> counts = batch.ConvertAll(w => w.Rows);
            var parts = Array.ConvertAll(run(inputs, first.Outputs), value => Rows.SplitOrNull(value, counts));
            if (!Array.Exists(parts, p => p is null))
            {
                return parts!;
            }

            _isPointless = true;
            log("Requests are computed one by one: the model does not answer with as many rows as it is asked.");
        }
        catch (Exception e) when (e is OrtException or OutOfMemoryException)
        {
            // Whose rows it was shows when each is run alone.
        }

        return null;
    }

    /// <summary>What requests must have in common to be run as one; null for one that is run alone.</summary>
    private string? KindOf(ModelRequest request)
    {
        var rows = RowsOf(request);
        return _isPointless || rows < 1 || rows >= mostRows || !request.Inputs.All(i => i.Value is Tensor { Shape: [var size, ..] } && size == rows)
            ? null
            : $"{string.Join(';', request.Inputs.Select(i => $"{i.Key}:{string.Join(',', ((Tensor)i.Value).Shape[1..])}"))}|{string.Join(';', request.Outputs)}";
    }

    private static long RowsOf(ModelRequest request) => request.Inputs is [{ Value: Tensor { Shape: [var rows, ..] } }, ..] ? rows : 0;

    private sealed record Waiting(ModelRequest Request, long Rows, string? Kind, Action<Func<ModelValue[]>> Done, long Since);
}
