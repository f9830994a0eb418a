namespace MlHub.Tracking.Metrics;

/// <summary>
/// The outlines of the long series that were looked at last, so that a growing curve of a million points costs no more than what it grew by.
/// They are a cache of this process: the number of stored points tells whether one was logged between those that are known, and then it is read anew.
/// </summary>
public sealed class CurveOutlines(IRunLogStore store)
{
    // 128 bytes each: about 25 MiB.
    private const int MaxStretches = 200_000;
    private const int ReadAtOnce = 25_000;

    private readonly Dictionary<(string RunId, string Key), Entry> _known = [];
    private readonly Lock _lock = new();
    private long _looks;

    /// <summary>Some thousand points of the series: its first and last, and the extremes of each of its stretches.</summary>
    /// <param name="runId">Whose series; its number alone could be given to another after it is deleted.</param>
    /// <param name="series">The series as it stands in the database now.</param>
    /// <param name="range">Only these steps; null for all.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async Task<IReadOnlyList<MetricPoint>> OfAsync(string runId, MetricSeries series, StepRange? range, CancellationToken cancel)
    {
        var entry = Look((runId, series.Key));
        await entry.Turn.WaitAsync(cancel);
        try
        {
            if (entry.Outline.Points < series.Points)
            {
                await ExtendAsync(entry.Outline, series, cancel);
            }

            if (entry.Outline.Points < series.Points)
            {
                entry.Outline = new();
                await ExtendAsync(entry.Outline, series, cancel);
            }

            return entry.Outline.Between(range?.First ?? long.MinValue, range?.Last ?? long.MaxValue);
        }
        finally
        {
            entry.Turn.Release();
        }
    }

    private async Task ExtendAsync(CurveOutline outline, MetricSeries series, CancellationToken cancel)
    {
        List<MetricPoint> page;
        do
        {
            page = await store.HistoryAsync(series.Id, outline.Last, ReadAtOnce, cancel);
            page.ForEach(outline.Add);
        }
        while (page.Count == ReadAtOnce);
    }

    private Entry Look((string, string) series)
    {
        lock (_lock)
        {
            if (!_known.TryGetValue(series, out var entry))
            {
                _known[series] = entry = new();
            }

            entry.LastLook = ++_looks;
            while (_known.Count > 1 && _known.Values.Sum(e => e.Outline.Size) > MaxStretches)
            {
                _known.Remove(_known.MinBy(e => e.Value.LastLook).Key);
            }

            return entry;
        }
    }

    private sealed class Entry
    {
        public CurveOutline Outline { get; set; } = new();

        public long LastLook { get; set; }

        public SemaphoreSlim Turn { get; } = new(1);
    }
}
