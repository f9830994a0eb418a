using MlHub.Tracking;

namespace MlHub.DataVersions;

/// <summary>Data that a run read: a dataset that it logged, or a table that Spark's autologging saw.</summary>
public sealed record RunData(DataSource Source, Dataset? Dataset = null, string? Context = null)
{
    public string Name => Dataset?.Name ?? Source.Location ?? Source.Kind;

    /// <summary>What the run logged of the columns; null where that is nothing that can be read.</summary>
    public IReadOnlyList<DataColumn>? Columns { get; } = DataSchema.ReadOrNull(Dataset?.Schema);

    /// <summary>The datasets first; a table that one of them names already is not told again.</summary>
    public static IReadOnlyList<RunData> Of(RunDetails run)
    {
        List<RunData> datasets = [.. run.Inputs.Select(i => new RunData(DataSource.Of(i.Dataset), i.Dataset, i.Context))];
        var tables = SparkSources.ReadAll(run.Tags.FirstOrDefault(t => t.Key == SparkSources.Tag).Value)
            .Where(s => datasets.All(d => d.Source.Place != s.Place || d.Source.Version != s.Version));
        return [.. datasets, .. tables.Select(s => new RunData(s))];
    }
}
