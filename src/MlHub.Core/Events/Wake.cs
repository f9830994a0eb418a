using System.Threading.Channels;

namespace MlHub.Events;

/// <summary>Wakes one worker. A call while it works is heard when it rests.</summary>
public sealed class Wake
{
    /// <summary>Between two rounds, so that a busy hub reads its events by the crowd: to read after each would cost more than the change itself.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly Channel<bool> _calls = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Whether its worker has been called since it was last awake.</summary>
    public bool IsCalled => _calls.Reader.Count > 0;

    public void Up() => _calls.Writer.TryWrite(true);

    /// <summary>Rests for <paramref name="pace"/>, then waits for the next call, and no longer than <paramref name="patience"/>: another node's commits make none here.</summary>
    public async Task NextAsync(TimeSpan patience, CancellationToken cancel, TimeSpan? pace = null)
    {
        await Task.Delay(pace ?? Pace, cancel);
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timer.CancelAfter(patience);
        try
        {
            await _calls.Reader.ReadAsync(timer.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
        }
    }
}
