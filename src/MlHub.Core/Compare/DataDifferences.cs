using MlHub.DataVersions;
using MlHub.Tracking;

namespace MlHub.Compare;

/// <summary>Lays the data that two runs read side by side: datasets by name and use, tables without a dataset by their place.</summary>
internal static class DataDifferences
{
    private const int MostTables = 20;

    public static async Task<List<DatasetDifference>> OfAsync(RunDetails? candidate, RunDetails? baseline, TableVersions tables, CancellationToken cancel)
    {
        var (after, before) = (ByName(candidate), ByName(baseline));
        List<DatasetDifference> differences = [];
        foreach (var key in after.Keys.Union(before.Keys).OrderBy(k => k.Context, StringComparer.Ordinal).ThenBy(k => k.Name, StringComparer.Ordinal))
        {
            var (to, from) = (after.GetValueOrDefault(key), before.GetValueOrDefault(key));
            differences.Add(new(key.Name, key.Context, to?.Digests, from?.Digests)
            {
                Change = differences.Count < MostTables ? await DataChange.OfOrNullAsync(from?.First, to?.First, tables, cancel) : null,
            });
        }

        return differences;
    }

    /// <summary>Several under one name are told together, and their source by the first.</summary>
    private static Dictionary<(string Name, string? Context), Named> ByName(RunDetails? run) => run is null
        ? []
        : RunData.Of(run).GroupBy(d => (d.Dataset?.Name ?? d.Source.Place, d.Context))
            .ToDictionary(g => g.Key, g => new Named(g.First(), string.Join(", ", g.Select(Known).Order(StringComparer.Ordinal))));

    private static string Known(RunData data) => data.Dataset?.Digest ?? DatasetDigests.Version(data.Source);

    private sealed record Named(RunData First, string Digests);
}
