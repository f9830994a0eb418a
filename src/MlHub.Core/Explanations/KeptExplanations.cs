namespace MlHub.Explanations;

/// <summary>Explanations in memory, by what they are made of; those that nobody asked for longest go first. What is forgotten is read or computed again.</summary>
public sealed class KeptExplanations(long mostValues = Limits.KeptExplanationValues)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Key, Explanation Explanation)>> _byKey = [];
    private readonly LinkedList<(string Key, Explanation Explanation)> _byUse = [];
    private long _values;

    public Explanation? FindOrNull(string key)
    {
        lock (_lock)
        {
            if (!_byKey.TryGetValue(key, out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Explanation;
        }
    }

    public Explanation Keep(string key, Explanation explanation)
    {
        lock (_lock)
        {
            if (_byKey.TryAdd(key, new((key, explanation))))
            {
                _byUse.AddFirst(_byKey[key]);
                _values += explanation.Size;
            }

            while (_values > mostValues && _byUse.Last is { } oldest && oldest.Value.Key != key)
            {
                _byUse.RemoveLast();
                _byKey.Remove(oldest.Value.Key);
                _values -= oldest.Value.Explanation.Size;
            }
        }

        return explanation;
    }
}
