using MlHub.DataVersions;
using MlHub.Tracking;

namespace MlHub.Compare;

/// <summary>Which versions of the same tables several runs read.</summary>
public sealed class TableChanges(TableVersions tables)
{
    private const int Most = 12;

    /// <summary>From the baseline's version of each table to each other version that another of the runs read; some of them where there are many.</summary>
    public async Task<IReadOnlyList<DataChange>> OfAsync(IReadOnlyList<RunDetails> runs, int baseline, CancellationToken cancel)
    {
        var read = runs.SelectMany(RunData.Of).Where(d => d.Source is { IsDelta: true, Version: not null }).DistinctBy(d => (d.Source.Place, d.Source.Version)).ToList();
        List<DataChange> changes = [];
        foreach (var from in RunData.Of(runs[baseline]).Where(d => d.Source is { IsDelta: true, Version: not null }).DistinctBy(d => d.Source.Place))
        {
            foreach (var to in read.Where(d => d.Source.Place == from.Source.Place && d.Source.Version != from.Source.Version).OrderBy(d => d.Source.Version))
            {
                if (changes.Count < Most && await DataChange.OfOrNullAsync(from, to, tables, cancel) is { } change)
                {
                    changes.Add(change);
                }
            }
        }

        return changes;
    }
}
