using MlHub.Access;

namespace MlHub.Live;

/// <summary>
/// Who has which model version open on this node, in memory alone: whoever leaves is gone. A page enters only for
/// somebody who may read it, and shows the others only to them.
/// </summary>
public sealed class Presence(LiveFeed feed)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, List<Caller>> _looking = [];

    /// <summary>Counts a page as open until the result is disposed of.</summary>
    public IDisposable Enter(Caller who, long versionId)
    {
        var visit = new Visit(this, who, versionId);
        lock (_lock)
        {
            if (!_looking.TryGetValue(versionId, out var people))
            {
                _looking[versionId] = people = [];
            }

            people.Add(visit.Who);
        }

        feed.Announce(Topics.Looking(versionId));
        return visit;
    }

    /// <summary>The names of those who look, once each however many pages they have open, in the order in which they came.</summary>
    public IReadOnlyList<string> LookingAt(long versionId)
    {
        lock (_lock)
        {
            return _looking.TryGetValue(versionId, out var people) ? [.. people.DistinctBy(p => p.Id).Select(p => p.Name)] : [];
        }
    }

    private void Leave(Visit visit)
    {
        lock (_lock)
        {
            if (!_looking.TryGetValue(visit.VersionId, out var people) || !people.Remove(visit.Who))
            {
                return;
            }

            if (people.Count == 0)
            {
                _looking.Remove(visit.VersionId);
            }
        }

        feed.Announce(Topics.Looking(visit.VersionId));
    }

    private sealed class Visit(Presence presence, Caller who, long versionId) : IDisposable
    {
        private int _left;

        public Caller Who { get; } = who;

        public long VersionId { get; } = versionId;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                presence.Leave(this);
            }
        }
    }
}
