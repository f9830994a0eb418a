using System.Buffers;
using System.Globalization;
using System.Text;

namespace MlHub.Web.Tracking.Table;

/// <summary>
/// Writes lines of comma-separated values (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe before it, since anybody who logs a
/// run writes its texts (OWASP, CSV Injection); numbers stay numbers.
/// </summary>
public static class CsvText
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n\t;");

    public static void AppendLine(StringBuilder line, IEnumerable<string?> cells)
    {
        var isFirst = true;
        foreach (var cell in cells)
        {
            line.Append(isFirst ? "" : ",");
            isFirst = false;
            Append(line, cell);
        }

        line.Append("\r\n");
    }

    /// <summary>A text of somebody's, safe to be opened in a spreadsheet.</summary>
    public static string? Defended(string? text) =>
        text is { Length: > 0 } && IsFormula(text) && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? "'" + text : text;

    /// <summary>Spaces before it do not help; full-width signs are read as their plain ones.</summary>
    private static bool IsFormula(string text) =>
        text[0] is '\t' or '\r' or '\n' || text.AsSpan().TrimStart() is [var first, ..] && first is '=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠' or '|' or '%';

    private static void Append(StringBuilder line, string? cell)
    {
        if (cell is null)
        {
            return;
        }

        if (cell.AsSpan().IndexOfAny(Quoted) < 0 && cell.Trim() == cell)
        {
            line.Append(cell);
            return;
        }

        line.Append('"').Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
