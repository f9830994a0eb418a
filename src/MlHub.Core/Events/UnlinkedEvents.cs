namespace MlHub.Events;

/// <summary>
/// Where to look for events that are not linked yet: beyond the highest id seen, and among the ids that were jumped over. Ids are
/// given at insert and seen at commit, so one may appear behind a later one; most that are jumped over never do.
/// </summary>
internal sealed class UnlinkedEvents
{
    private static readonly TimeSpan GivenUpAfter = TimeSpan.FromMinutes(5);
    private const int MostGaps = 2000;
    private const int LookBack = 200;

    private readonly SortedDictionary<long, DateTimeOffset> _gaps = [];
    private long _seen;

    /// <summary>Looks at everything from this id on, and once more at some before it: what was jumped over there may be about to appear.</summary>
    public void StartBefore(long id)
    {
        _gaps.Clear();
        _seen = Math.Max(0, id - 1 - LookBack);
    }

    public IQueryable<HubEvent> Among(IQueryable<HubEvent> events)
    {
        var (seen, gaps) = (_seen, _gaps.Keys.ToList());
        return gaps.Count == 0 ? events.Where(e => e.Id > seen) : events.Where(e => e.Id > seen || gaps.Contains(e.Id));
    }

    /// <param name="ids">In their order.</param>
    public void Settle(IReadOnlyList<long> ids, DateTimeOffset now)
    {
        foreach (var id in ids)
        {
            _gaps.Remove(id);
            for (var missing = Math.Max(_seen + 1, id - MostGaps); missing < id; missing++)
            {
                _gaps[missing] = now;
            }

            _seen = Math.Max(_seen, id);
        }

        foreach (var (id, since) in _gaps.ToList())
        {
            if (_gaps.Count > MostGaps || now - since > GivenUpAfter)
            {
                _gaps.Remove(id);
            }
        }
    }
}
