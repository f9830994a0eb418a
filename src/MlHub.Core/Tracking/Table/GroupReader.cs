using MlHub.Tracking.Metrics;
using MlHub.Tracking.Search;

namespace MlHub.Tracking.Table;

/// <summary>
/// Reads groups: once which group each run is in, then each metric straight from the index that begins with its key. A join of both would look up every
/// metric of every run.
/// </summary>
internal static class GroupReader
{
    /// <summary>Of fewer runs, the metrics are looked up run by run.</summary>
    private const int Few = 2000;

    private static readonly string Odd = FormattableString.Invariant($"0, {double.MaxValue:R}, {double.MinValue:R}");

    public static async Task<GroupedRuns> ReadAsync(HubDb db, RunTableQuery query, KeySearch search, GroupKey by, IReadOnlyList<string> metrics, CancellationToken cancel)
    {
        List<TableGroup> groups = [];
        List<Dictionary<string, GroupFigures>> figures = [];
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        int? without = null;
        var groupsOf = new Dictionary<long, int>();
        var moreOf = new Dictionary<long, List<int>>();
        await search.All(SqlDialect.Of(db), by.Selected, by.Join).ReadAsync(
            db,
            row =>
            {
                var place = row.IsDBNull(1) ? without ??= New(null) : places.TryGetValue(row.GetString(1), out var known) ? known : places[row.GetString(1)] = New(row.GetString(1));
                var run = row.GetInt64(0);
                if (groupsOf.TryAdd(run, place))
                {
                    groups[place].Runs++;
                }
                else if (groupsOf[run] != place && !(moreOf.TryGetValue(run, out var more) && more.Contains(place)))
                {
                    // A run that read several datasets is in several groups.
                    (moreOf.TryGetValue(run, out more) ? more : moreOf[run] = []).Add(place);
                    groups[place].Runs++;
                }

                return groupsOf.Count <= Limits.GroupedRuns
                    ? true
                    : throw HubException.Invalid($"More than {Limits.GroupedRuns} runs are too many to group; a filter leaves fewer.");
            },
            cancel);
        foreach (var metric in metrics)
        {
            await AddAsync(metric);
        }

        return new([.. Ordered(groups, query.OrderBy).Take(Limits.TableGroups)], groups.Count);

        int New(string? value)
        {
            figures.Add([]);
            groups.Add(new(value, figures[^1]));
            return groups.Count - 1;
        }

        async Task AddAsync(string metric)
        {
            var own = new GroupFigures?[groups.Count];
            // The kind is beside the index, and few values ask for it.
            var sql = new SqlStatement(SqlDialect.Of(db)).Add($"SELECT s.run_key, s.value, CASE WHEN s.value IN ({Odd}) THEN s.kind ELSE 0 END FROM metric_series s WHERE ");
            _ = groupsOf.Count < Few && groupsOf.Count > 0 ? sql.AddIn("s.run_key", groupsOf.Keys) : sql.AddIn("s.experiment_id", [query.ExperimentId]);
            sql.Add($" AND {sql.Dialect.Same("s.metric_key", sql.Parameter(metric))}");
            await sql.ReadAsync(
                db,
                row =>
                {
                    var run = row.GetInt64(0);
                    if (groupsOf.TryGetValue(run, out var place))
                    {
                        var value = new MetricValue(row.GetDouble(1), (MetricKind)row.GetInt32(2)).Logged;
                        (own[place] ??= new()).Add(value);
                        if (moreOf.Count > 0)
                        {
                            moreOf.GetValueOrDefault(run)?.ForEach(p => (own[p] ??= new()).Add(value));
                        }
                    }
                },
                cancel);
            for (var place = 0; place < own.Length; place++)
            {
                if (own[place] is { } some)
                {
                    figures[place][metric] = some;
                }
            }
        }
    }

    /// <summary>By the mean of the metric that the table is sorted by; else the largest group first. Groups without it come last.</summary>
    private static IEnumerable<TableGroup> Ordered(List<TableGroup> groups, string? orderBy)
    {
        var bySize = groups.OrderByDescending(g => g.Runs).ThenBy(g => g.Value, StringComparer.Ordinal);
        if (orderBy is null || OrderByParser.Parse([orderBy], SearchSubjects.Runs) is not [{ Field: { Field.Type: FieldType.Metric, Key: { } metric }, Descending: var descending }])
        {
            return bySize;
        }

        return bySize.OrderBy(g => MeanOrNull(g) is null).ThenBy(g => (descending ? -1 : 1) * MeanOrNull(g));

        double? MeanOrNull(TableGroup group) => group.Metrics.TryGetValue(metric, out var figures) && figures.Count > 0 ? figures.Mean : null;
    }
}
