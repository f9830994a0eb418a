using System.Text;

namespace MlHub.Scoring.Values;

/// <summary>Reads CSV with a header line (RFC 4180): commas, quotes that are doubled within quotes, line ends of any kind.</summary>
public static class CsvTable
{
    /// <param name="utf8">The file.</param>
    /// <param name="mostCells">A line of one byte makes a cell for each column of the header.</param>
    /// <exception cref="ScoringException">BadRequest where lines have more fields than the header, a quote does not end, or there are too many cells.</exception>
    public static Table Read(ReadOnlySpan<byte> utf8, int mostCells = 10_000_000)
    {
        var text = Encoding.UTF8.GetString(utf8 is [0xEF, 0xBB, 0xBF, ..] ? utf8[3..] : utf8);
        var at = 0;
        var header = Line(text, ref at) ?? throw Refused("No columns to parse from file");
        var names = header.ConvertAll(f => f.Text);
        List<Cell>[] columns = [.. names.Select(_ => new List<Cell>())];
        for (var number = 2; Line(text, ref at) is { } fields; number++)
        {
            if (fields is [{ Text: "", Quoted: false }])
            {
                continue;
            }

            if ((columns[0].Count + 1L) * names.Count > mostCells)
            {
                throw Refused($"More than {mostCells} cells");
            }

            if (fields.Count > names.Count)
            {
                throw Refused($"Expected {names.Count} fields in line {number}, saw {fields.Count}");
            }

            for (var i = 0; i < columns.Length; i++)
            {
                columns[i].Add(i < fields.Count ? new(fields[i].Text, fields[i].Quoted) : new("", quoted: false));
            }
        }

        return new(names, [.. columns.Select(c => c.ToArray())], columns[0].Count);
    }

    /// <summary>Null at the end.</summary>
    private static List<(string Text, bool Quoted)>? Line(string text, ref int at)
    {
        if (at >= text.Length)
        {
            return null;
        }

        List<(string, bool)> fields = [];
        while (true)
        {
            fields.Add(Field(text, ref at));
            if (at >= text.Length)
            {
                return fields;
            }

            var end = text[at++];
            if (end == ',')
            {
                continue;
            }

            if (end == '\r' && at < text.Length && text[at] == '\n')
            {
                at++;
            }

            return fields;
        }
    }

    private static (string Text, bool Quoted) Field(string text, ref int at)
    {
        if (at >= text.Length || text[at] != '"')
        {
            var length = text.AsSpan(at).IndexOfAny(",\r\n");
            var plain = length < 0 ? text[at..] : text.Substring(at, length);
            at += plain.Length;
            return (plain, false);
        }

        StringBuilder field = new();
        for (at++; ; at++)
        {
            var length = text.AsSpan(at).IndexOf('"');
            if (length < 0)
            {
                throw Refused("EOF inside string");
            }

            field.Append(text, at, length);
            at += length + 1;
            if (at >= text.Length || text[at] != '"')
            {
                break;
            }

            field.Append('"');
        }

        if (at < text.Length && !",\r\n".Contains(text[at], StringComparison.Ordinal))
        {
            throw Refused("text stands behind a closing quote");
        }

        return (field.ToString(), true);
    }

    private static ScoringException Refused(string problem) => ScoringException.BadRequest(
        "Failed to parse input as a Pandas DataFrame. Ensure that the input is a valid CSV-formatted Pandas DataFrame produced using the "
        + $"`pandas.DataFrame.to_csv()` method. Error: '{problem}'");
}
