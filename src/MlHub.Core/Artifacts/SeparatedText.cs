using System.Text;

namespace MlHub.Artifacts;

/// <summary>Tables in text, as RFC 4180 has them: fields in quotes may hold separators, line ends and doubled quotes.</summary>
public static class SeparatedText
{
    /// <summary>Row by row; what is beyond the columns that are wanted is left out.</summary>
    public static IEnumerable<IReadOnlyList<string>> Rows(string text, char separator, int mostColumns)
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
            if (row.Count < mostColumns)
            {
                row.Add(field.ToString());
            }

            field.Clear();
        }
    }
}
