using System.Globalization;
using MlHub.Operations;

namespace MlHub.Tracking.Metrics;

/// <summary>
/// The outlines of the long series that were looked at or grew last, so that a curve of a million points costs no more than what it grew by. They are a cache:
/// the number of stored points tells whether one was logged between those that are known, and then it is read anew. Long ones are kept over a restart.
/// </summary>
public sealed class CurveOutlines(IRunLogStore store, IKeptBytes kept)
{
    public const string Kind = "outlines-1";

    // 128 bytes each: about 25 MiB.
    private const int MaxStretches = 200_000;
    private const int ReadAtOnce = 25_000;

    // Of an outline that is found again, no more than this share of the points is to be read.
    private const int KeptShare = 16;

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
        IReadOnlyList<MetricPoint> points = [];
        await InTurnAsync(
            runId, series,
            async entry =>
            {
                if (entry.Outline.Points < series.Points)
                {
                    (entry.Outline, entry.KeptPoints) = (new(), 0);
                    await ExtendAsync(entry.Outline, series, cancel);
                }

                points = entry.Outline.Between(range?.First ?? long.MinValue, range?.Last ?? long.MaxValue);
            },
            cancel);
        return points;
    }

    /// <summary>Adds what was logged at the end of a series. Where points were logged in between, it is left to the next look to read it anew.</summary>
    public Task FollowAsync(string runId, MetricSeries series, CancellationToken cancel) => InTurnAsync(runId, series, _ => Task.CompletedTask, cancel);

    /// <summary>Those of a series that is deleted for ever.</summary>
    public void Forget(long seriesId) => kept.Forget(Kind, NameOf(seriesId));

    private async Task InTurnAsync(string runId, MetricSeries series, Func<Entry, Task> use, CancellationToken cancel)
    {
        var entry = Look((runId, series.Key));
        await entry.Turn.WaitAsync(cancel);
        try
        {
            if (entry.Outline.Points == 0 && series.Points >= ReadAtOnce && await KeptOrNullAsync(runId, series, cancel) is { } before)
            {
                (entry.Outline, entry.KeptPoints) = (before, before.Points);
            }

            if (entry.Outline.Points < series.Points)
            {
                await ExtendAsync(entry.Outline, series, cancel);
            }

            await use(entry);
            if (entry.Outline.Points >= series.Points && entry.Outline.Points - entry.KeptPoints >= Math.Max(ReadAtOnce, entry.Outline.Points / KeptShare))
            {
                kept.Keep(Kind, NameOf(series.Id), entry.Outline.Write(runId));
                entry.KeptPoints = entry.Outline.Points;
            }
        }
        finally
        {
            entry.Turn.Release();
        }
    }

    /// <summary>Only if its last point is still there: another database may have been put in the place of this one.</summary>
    private async Task<CurveOutline?> KeptOrNullAsync(string runId, MetricSeries series, CancellationToken cancel) =>
        kept.FindOrNull(Kind, NameOf(series.Id)) is { } bytes && CurveOutline.ReadOrNull(bytes, runId) is { Last: { } last } outline && outline.Points <= series.Points
        && (await store.HistoryAsync(series.Id, new(last.Step, last.Timestamp - 1, double.PositiveInfinity), last.Step, ReadAtOnce, cancel)).Contains(last)
            ? outline
            : null;

    private static string NameOf(long seriesId) => seriesId.ToString(CultureInfo.InvariantCulture);

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

        /// <summary>How many points the outline has that is kept over a restart.</summary>
        public long KeptPoints { get; set; }

        public long LastLook { get; set; }

        public SemaphoreSlim Turn { get; } = new(1);
    }
}
