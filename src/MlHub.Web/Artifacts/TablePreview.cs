using MlHub.Artifacts;

namespace MlHub.Web.Artifacts;

/// <summary>The first rows of a table of text.</summary>
public sealed record TablePreview(IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows, bool HasMore) : ArtifactPreview
{
    public const int MostRows = 200;
    private const int MostColumns = 100;

    public static TablePreview Of(string text, char separator, bool whole)
    {
        var rows = SeparatedText.Rows(text, separator, MostColumns).Take(MostRows + 2).ToList();
        return rows.Count == 0
            ? new([], [], false)
            : new(rows[0], [.. rows.Skip(1).Take(MostRows)], !whole || rows.Count > MostRows + 1);
    }
}
