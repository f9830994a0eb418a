using MlHub.Tracking.Search;

namespace MlHub.Tracking.Table;

/// <summary>What the runs of a group have in common: the value of a param or a tag, or (without a column) the name of a dataset that they read.</summary>
public sealed record GroupKey(ShownColumn? Column)
{
    private const string Datasets = "datasets";

    /// <summary>As it is written in addresses; null for what no runs are grouped by.</summary>
    public static GroupKey? ParseOrNull(string? text) =>
        text == Datasets ? new(Column: null)
        : text is not null && ShownColumn.ParseOrNull(text) is { Kind: not ColumnKind.Metric } column ? new(column)
        : null;

    public override string ToString() => Column?.ToString() ?? Datasets;

    /// <summary>What it is called on a page.</summary>
    public string Title => Column?.Key ?? "Dataset";

    /// <summary>A filter that finds the runs of one group, among those that another finds.</summary>
    public string FilterOf(string? value, string? among)
    {
        var field = Column?.Field ?? "datasets.name";
        var own = value is null ? $"{field} IS NULL" : $"{field} = '{value.Replace("'", "''", StringComparison.Ordinal)}'";
        return among is null ? own : $"({among}) AND {own}";
    }

    internal void Join(SqlStatement sql)
    {
        var dialect = sql.Dialect;
        sql.Add(Column switch
        {
            null => " LEFT JOIN run_inputs gi ON gi.run_key = t.run_key LEFT JOIN datasets g ON g.dataset_id = gi.dataset_id",
            { Kind: ColumnKind.Param } => $" LEFT JOIN params g ON g.run_key = t.run_key AND {dialect.Same("g.param_key", sql.Parameter(Column.Key))}",
            _ => $" LEFT JOIN run_tags g ON g.run_key = t.run_key AND {dialect.Same("g.tag_key", sql.Parameter(Column.Key))}",
        });
    }

    internal string Selected => Column is null ? "t.run_key, g.name" : "t.run_key, g.value";
}
