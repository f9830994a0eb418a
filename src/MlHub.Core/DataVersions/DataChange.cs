using System.Globalization;

namespace MlHub.DataVersions;

/// <summary>The same data in two runs, and what became of it from the one to the other.</summary>
/// <param name="From">What the earlier read.</param>
/// <param name="To">What the later read.</param>
/// <param name="Columns">Those that are not alike, by the table's log or else by what the runs logged.</param>
/// <param name="History">Of a table whose log can be read.</param>
public sealed record DataChange(DataSource From, DataSource To, IReadOnlyList<ColumnChange> Columns, TableHistory? History)
{
    private const int MostColumns = 3;

    /// <summary>In words: <c>same table, version 3 → 7: 4 commits, column `beds` added</c>; null where there is nothing to say.</summary>
    public string? Sentence
    {
        get
        {
            var what = From.IsDelta && To.IsDelta && From.Place == To.Place && From.Version is { } from && To.Version is { } to
                ? from == to ? $"same table, version {Text(from)}" : $"same table, version {Text(from)} → {Text(to)}"
                : From.IsDelta && To.IsDelta && From.Place != To.Place ? "another table"
                : null;
            List<string> parts = [.. Columns.Take(MostColumns).Select(c => c.ToString())];
            if (Columns.Count > MostColumns)
            {
                parts.Add($"{Columns.Count - MostColumns} more columns changed");
            }

            if (History is { Count: > 0 } history)
            {
                parts.Insert(0, history.Count == 1 ? "1 commit" : $"{Text(history.Count)} commits");
            }

            return (what, parts.Count) switch
            {
                (null, 0) => null,
                (null, _) => string.Join(", ", parts),
                (_, 0) => what,
                _ => $"{what}: {string.Join(", ", parts)}",
            };
        }
    }

    /// <summary>Of the data of two runs that stand for each other; null where only one has it or neither can tell more than its digest.</summary>
    internal static async Task<DataChange?> OfOrNullAsync(RunData? from, RunData? to, TableVersions tables, CancellationToken cancel)
    {
        if (from is null || to is null)
        {
            return null;
        }

        var history = await tables.BetweenOrNullAsync(from.Source, to.Source, cancel);
        var columns = history is { From: { } one, To: { } other } ? ColumnChange.Between(one, other)
            : from.Columns is { } before && to.Columns is { } after ? ColumnChange.Between(before, after)
            : [];
        return columns.Count > 0 || from.Source.IsDelta || to.Source.IsDelta ? new(from.Source, to.Source, columns, history) : null;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
