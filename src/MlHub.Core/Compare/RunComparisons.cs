using System.Runtime.InteropServices;
using MlHub.Access;
using MlHub.Explanations;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;

namespace MlHub.Compare;

/// <summary>Lays runs side by side, of one experiment or of several.</summary>
public sealed class RunComparisons(HubDbFactory hub, ExplanationReader explanations, ExplanationWorker computed)
{
    /// <exception cref="HubException">NotFound where a run is absent or unreadable, Invalid for fewer than two runs or more than <see cref="Limits.ComparedRuns"/>.</exception>
    public async Task<RunComparison> CompareAsync(Caller caller, IReadOnlyCollection<string> runIds, CancellationToken cancel)
    {
        var runs = await ReadAsync(caller, ComparedRuns.Distinct(runIds, Limits.ComparedRuns), cancel);
        Dictionary<string, long> longest = [];
        foreach (var metric in runs.SelectMany(r => r.Metrics))
        {
            ref var most = ref CollectionsMarshal.GetValueRefOrAddDefault(longest, metric.Key, out _);
            most = Math.Max(most, metric.Points);
        }

        return new(
            runs,
            Rows(runs, r => r.Params),
            [.. Rows(runs, r => r.Metrics.Where(m => !MetricNames.IsOfSystem(m.Key)).Select(m => KeyValuePair.Create(m.Key, (double?)m.Value)))
                .Select(r => new ComparedMetric(r.Key, r.Values, MetricRules.DirectionOf(r.Key), longest[r.Key]))],
            Rows(runs, r => r.Tags.Where(t => !t.Key.StartsWith("mlflow.", StringComparison.Ordinal))),
            Rows(runs, r => DatasetDigests.Of(r).Select(d => KeyValuePair.Create(d.Key.Context is null ? d.Key.Name : $"{d.Key.Name} ({d.Key.Context})", d.Value))
                .Concat(DatasetDigests.TablesOf(r)).DistinctBy(d => d.Key)));
    }

    /// <summary>What the models of two runs give their features.</summary>
    /// <exception cref="HubException">NotFound where a run is absent or unreadable.</exception>
    public async Task<ExplanationComparison> CompareExplanationsAsync(Caller caller, string candidate, string baseline, CancellationToken cancel)
    {
        return ExplanationComparison.Of(await SideAsync(candidate), await SideAsync(baseline));

        async Task<ExplainedSide?> SideAsync(string run)
        {
            await using var db = hub.Open();
            return await ExplainedSide.ReadOrNullAsync(explanations, computed, await ExplanationFiles.FindAsync(db, caller, ExplainedSubject.OfRun(run), cancel), cancel);
        }
    }

    private async Task<IReadOnlyList<RunDetails>> ReadAsync(Caller caller, List<string> runIds, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var keys = await db.ReadableRunKeysAsync(caller, runIds, cancel);
        return [.. (await RunReader.ReadAsync(db, [.. runIds.Select(id => keys[id])], cancel, new(Models: false))).Select(f => f.Details)];
    }

    private static List<ComparedRow<T>> Rows<T>(IReadOnlyList<RunDetails> runs, Func<RunDetails, IEnumerable<KeyValuePair<string, T>>> read)
    {
        Dictionary<string, T?[]> rows = new(StringComparer.Ordinal);
        for (var column = 0; column < runs.Count; column++)
        {
            foreach (var (key, value) in read(runs[column]))
            {
                if (!rows.TryGetValue(key, out var row))
                {
                    rows.Add(key, row = new T?[runs.Count]);
                }

                row[column] = value;
            }
        }

        return [.. rows.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => new ComparedRow<T>(r.Key, r.Value))];
    }
}
