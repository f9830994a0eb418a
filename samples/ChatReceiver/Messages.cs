namespace ChatReceiver;

/// <summary>The last hundred messages.</summary>
public sealed class Messages
{
    private const int Most = 100;

    private readonly Lock _lock = new();
    private readonly LinkedList<ChatMessage> _kept = new();

    /// <summary>The newest first.</summary>
    public IReadOnlyList<ChatMessage> Newest
    {
        get
        {
            lock (_lock)
            {
                return [.. _kept];
            }
        }
    }

    public void Add(ChatMessage message)
    {
        lock (_lock)
        {
            _kept.AddFirst(message);
            if (_kept.Count > Most)
            {
                _kept.RemoveLast();
            }
        }
    }
}
