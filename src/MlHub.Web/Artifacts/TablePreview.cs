using System.Text;

namespace MlHub.Web.Artifacts;

/// <summary>The first rows of a table of text.</summary>
public sealed record TablePreview(IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows, bool HasMore) : ArtifactPreview
{
    public const int MostRows = 200;
    private const int MostColumns = 100;

    public static TablePreview Of(string text, char separator, bool whole)
    {
        var rows = Read(text, separator).Take(MostRows + 2).ToList();
        return rows.Count == 0
            ? new([], [], false)
            : new(rows[0], [.. rows.Skip(1).Take(MostRows)], !whole || rows.Count > MostRows + 1);
    }

    /// <summary>RFC 4180: fields in quotes may hold separators, line ends and doubled quotes.</summary>
    private static IEnumerable<IReadOnlyList<string>> Read(string text, char separator)
    {
        var (field, row, quoted) = (new StringBuilder(), new List<string>(), false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c != '"')
                {
                    field.Append(c);
                }
                else if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    field.Append('"');
                    i++;
                }
                else
                {
                    quoted = false;
                }
            }
            else if (c == '"' && field.Length == 0)
            {
                quoted = true;
            }
            else if (c == separator)
            {
                EndField();
            }
            else if (c == '\n')
            {
                EndField();
                yield return row;
                row = [];
            }
            else if (c != '\r')
            {
                field.Append(c);
            }
        }

        if (field.Length > 0 || row.Count > 0)
        {
            EndField();
            yield return row;
        }

        void EndField()
        {
            if (row.Count < MostColumns)
            {
                row.Add(field.ToString());
            }

            field.Clear();
        }
    }
}
