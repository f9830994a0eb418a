using MlHub.Access;
using MlHub.Tracking.Metrics;

namespace MlHub.Tracking;

/// <summary>Where a call was written: the experiment tells which pages to wake.</summary>
public readonly record struct LoggedTo(long ExperimentId, long RunKey);

/// <summary>
/// The hot path: metrics, parameters and tags of runs, written in bulk and each provider's own way, never through EF Core
/// (which was measured 26 times slower here). One implementation per database, in MlHub.Adapters.
/// </summary>
public interface IRunLogStore
{
    /// <summary>
    /// Stores the whole log in one transaction and returns when it is durable. Checks in that transaction that the caller
    /// may EDIT the run's experiment, that run and experiment are active, and that no parameter changes.
    /// The same metric point (key, step, timestamp, value) sent twice is stored once; the last write of a tag wins; the tag
    /// <c>mlflow.runName</c> renames the run. Params and tags also write one event row (<c>run.logged</c>).
    /// </summary>
    /// <exception cref="HubException">NotFound, Denied or Invalid; then nothing of the log is stored.</exception>
    Task<LoggedTo> AppendAsync(Caller caller, string runId, RunLog log, CancellationToken cancel);

    /// <summary>
    /// Points of one series in order of (step, timestamp, value), from <paramref name="after"/> (exclusive) on, at most
    /// <paramref name="max"/> and none of a later step than <paramref name="lastStep"/>. Among values of one time NaN stands just after 0,
    /// on every database.
    /// </summary>
    Task<List<MetricPoint>> HistoryAsync(long seriesId, MetricPoint? after, long lastStep, int max, CancellationToken cancel);

    /// <summary>The same to the end of the series.</summary>
    Task<List<MetricPoint>> HistoryAsync(long seriesId, MetricPoint? after, int max, CancellationToken cancel) =>
        HistoryAsync(seriesId, after, long.MaxValue, max, cancel);
}
