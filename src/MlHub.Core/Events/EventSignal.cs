namespace MlHub.Events;

/// <summary>Wakes the readers of the event log as soon as something was committed, so that they need not poll often.</summary>
public sealed class EventSignal
{
    private readonly Lock _lock = new();
    private readonly List<Wake> _readers = [];

    /// <summary>
    /// Hears the kind and the registered model of each event: of one that was committed here before whoever caused it is answered, of another node's when
    /// its row is read. It is heard twice or more, in any order, and must not take long.
    /// </summary>
    public event Action<string, long?>? Happened;

    public void Tell(string kind, long? modelId) => Happened?.Invoke(kind, modelId);

    /// <returns>What is called whenever something was committed.</returns>
    public Wake Listen()
    {
        Wake wake = new();
        lock (_lock)
        {
            _readers.Add(wake);
        }

        return wake;
    }

    public void Raise()
    {
        lock (_lock)
        {
            _readers.ForEach(r => r.Up());
        }
    }
}
