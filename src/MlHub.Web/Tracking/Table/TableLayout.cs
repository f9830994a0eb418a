using MlHub.Tracking.Table;

namespace MlHub.Web.Tracking.Table;

/// <summary>Which cells a row has, from left to right: pinned columns, fixed ones, then the others, of which only those in sight are filled.</summary>
/// <param name="Pinned">Stay in sight.</param>
/// <param name="Fixed">Names of <see cref="FixedColumns"/>.</param>
/// <param name="Columns">Those in sight.</param>
/// <param name="Left">How many lie out of sight before them.</param>
/// <param name="Right">And behind.</param>
public sealed record TableLayout(IReadOnlyList<ShownColumn> Pinned, IReadOnlyList<string> Fixed, IReadOnlyList<ShownColumn> Columns, int Left = 0, int Right = 0)
{
    /// <summary>More columns than this are sent only as they come into sight.</summary>
    public const int ColumnsAtOnce = 24;

    /// <summary>What is read of each run.</summary>
    public IReadOnlyList<ShownColumn> Read => [.. Pinned, .. Columns];

    /// <summary>As the page is first sent: the leftmost of all columns.</summary>
    public static TableLayout First(IReadOnlyList<ShownColumn> all, IReadOnlyList<string> pinned, IReadOnlyList<string> @fixed)
    {
        var stay = pinned.Select(ShownColumn.ParseOrNull).OfType<ShownColumn>().ToList();
        var rest = all.Except(stay).ToList();
        return new(stay, @fixed, [.. rest.Take(ColumnsAtOnce)], 0, Math.Max(0, rest.Count - ColumnsAtOnce));
    }
}
