using System.Threading.Channels;

namespace MlHub.Events;

/// <summary>Wakes the readers of the event log as soon as something was committed, so that they need not poll often.</summary>
public sealed class EventSignal
{
    private readonly Lock _lock = new();
    private readonly List<Channel<bool>> _readers = [];

    /// <summary>
    /// Hears the kind and the registered model of each event: of one that was committed here before whoever caused it is answered, of another node's when
    /// its row is read. It is heard twice or more, in any order, and must not take long.
    /// </summary>
    public event Action<string, long?>? Happened;

    public void Tell(string kind, long? modelId) => Happened?.Invoke(kind, modelId);

    public ChannelReader<bool> Listen()
    {
        var reader = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        lock (_lock)
        {
            _readers.Add(reader);
        }

        return reader.Reader;
    }

    public void Raise()
    {
        lock (_lock)
        {
            _readers.ForEach(r => r.Writer.TryWrite(true));
        }
    }
}

public static class EventSignalWaiting
{
    /// <summary>Between two readings, so that a busy hub reads its events by the crowd: to read after each would cost more than the change itself.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>Rests, then waits for the next signal, and no longer than <paramref name="patience"/>: another node's commits raise none here.</summary>
    public static async Task NextAsync(this ChannelReader<bool> wake, TimeSpan patience, CancellationToken cancel)
    {
        await Task.Delay(Pace, cancel);
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timer.CancelAfter(patience);
        try
        {
            await wake.ReadAsync(timer.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
        }
    }
}
