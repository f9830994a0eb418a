namespace MlHub.Tracking.Metrics;

/// <summary>How many points this process has taken in for each of the runs that log, so that those are known whose series grow long.</summary>
public sealed class LoggedPoints
{
    /// <summary>So many points, of one series or of several, and a run is looked at.</summary>
    public const int Many = 20_000;

    private const int MostRuns = 5_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long Points, long At)> _byRun = [];
    private readonly HashSet<string> _many = [];
    private long _calls;

    public void Add(string runId, int points)
    {
        lock (_lock)
        {
            var (before, _) = _byRun.GetValueOrDefault(runId);
            _byRun[runId] = (before + points, ++_calls);
            if (before + points >= Many)
            {
                _byRun.Remove(runId);
                _many.Add(runId);
            }

            if (_byRun.Count > MostRuns)
            {
                // A run that trains logs again soon; most of the others are over.
                foreach (var (over, _) in _byRun.OrderBy(r => r.Value.At).Take(MostRuns / 2).ToList())
                {
                    _byRun.Remove(over);
                }
            }
        }
    }

    /// <summary>The runs that have logged many points since they were last taken.</summary>
    public IReadOnlyList<string> TakeMany()
    {
        lock (_lock)
        {
            List<string> taken = [.. _many];
            _many.Clear();
            return taken;
        }
    }
}
