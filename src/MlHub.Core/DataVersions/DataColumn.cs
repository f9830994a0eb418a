namespace MlHub.DataVersions;

/// <summary>A column of a table, or a tensor of a dataset that has no columns, with its type in the words of whoever wrote the schema.</summary>
public sealed record DataColumn(string Name, string Type);

/// <summary>A column that two schemas do not have alike; null where a schema does not have it.</summary>
public sealed record ColumnChange(string Name, string? From, string? To)
{
    /// <summary>What changed between two schemas, in the order of the later one, what is gone last.</summary>
    public static IReadOnlyList<ColumnChange> Between(IReadOnlyList<DataColumn> from, IReadOnlyList<DataColumn> to)
    {
        var (before, after) = (ByName(from), ByName(to));
        return
        [
            .. to.Select(c => new ColumnChange(c.Name, before.GetValueOrDefault(c.Name), c.Type)).Where(c => c.From != c.To),
            .. from.Where(c => !after.ContainsKey(c.Name)).Select(c => new ColumnChange(c.Name, c.Type, null)),
        ];

        static Dictionary<string, string> ByName(IReadOnlyList<DataColumn> columns) => columns.DistinctBy(c => c.Name).ToDictionary(c => c.Name, c => c.Type);
    }

    /// <summary>In words: <c>column `beds` added</c>.</summary>
    public override string ToString() => (From, To) switch
    {
        (null, _) => $"column `{Name}` added",
        (_, null) => $"column `{Name}` removed",
        _ => $"column `{Name}` is {To}, was {From}",
    };
}
