using DiffPlex;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace MlHub.Web.Compare;

/// <summary>A line of a diff: its number in the old and in the new text, null where it is not there; a line with neither stands for those left out.</summary>
public sealed record DiffLine(int? Old, int? New, string Text)
{
    public bool IsGap => Old is null && New is null;

    public string? Kind => IsGap ? "gap" : Old is null ? "added" : New is null ? "removed" : null;
}

/// <summary>What changed from one text to another, with some lines around each change.</summary>
public static class TextDiff
{
    private const int Around = 3;

    /// <summary>Null where one has more lines than are compared; empty where they are the same.</summary>
    public static IReadOnlyList<DiffLine>? OfOrNull(string old, string @new)
    {
        if (Lines(old) > Limits.DiffLines || Lines(@new) > Limits.DiffLines)
        {
            return null;
        }

        var all = Numbered(new InlineDiffBuilder(new Differ()).BuildDiffModel(old, @new, ignoreWhitespace: false).Lines);
        List<DiffLine> shown = [];
        for (var i = 0; i < all.Count; i++)
        {
            if (Enumerable.Range(Math.Max(0, i - Around), Math.Min(all.Count, i + Around + 1) - Math.Max(0, i - Around)).Any(n => all[n].Kind is not null))
            {
                shown.Add(all[i]);
            }
            else if (shown is not [.., { IsGap: true }])
            {
                shown.Add(new(null, null, ""));
            }
        }

        return shown.All(l => l.IsGap) ? [] : shown;
    }

    private static List<DiffLine> Numbered(IEnumerable<DiffPiece> pieces)
    {
        var (old, @new) = (0, 0);
        return [.. pieces.Select(p => p.Type switch
        {
            ChangeType.Inserted => new DiffLine(null, ++@new, p.Text),
            ChangeType.Deleted => new DiffLine(++old, null, p.Text),
            _ => new DiffLine(++old, ++@new, p.Text),
        })];
    }

    private static int Lines(string text) => text.AsSpan().Count('\n') + 1;
}
