using System.Threading.Channels;

namespace MlHub.Events;

/// <summary>Wakes the readers of the event log as soon as something was committed, so that they need not poll often.</summary>
public sealed class EventSignal
{
    private readonly Lock _lock = new();
    private readonly List<Channel<bool>> _readers = [];

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
