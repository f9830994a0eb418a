using System.Globalization;
using System.Text;
using System.Text.Json;
using MlHub.Artifacts;

namespace MlHub.Serving.Batch;

/// <summary>How an output begins, as a table.</summary>
/// <param name="Columns">Of JSON Lines the names of the row's parts: <c>row</c>, the input's, the prediction's.</param>
/// <param name="Rows">The first rows, answered and refused.</param>
/// <param name="Refused">The first refused rows, by number, with why; only those near the beginning of a long output.</param>
public sealed record OutputHead(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string?>> Rows, IReadOnlyList<(string Row, string Error)> Refused)
{
    private const string Row = "row", Error = "error", Input = "input", Prediction = "prediction";

    internal static async Task<OutputHead> ReadAsync(Stream content, BatchForm form, CancellationToken cancel)
    {
        var bytes = new byte[Limits.BatchHeadBytes];
        var read = await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        var text = Encoding.UTF8.GetString(bytes, 0, read);
        return form == BatchForm.Csv ? OfCsv(text, read == bytes.Length) : OfJson(text, read == bytes.Length);
    }

    private static OutputHead OfCsv(string text, bool isCut)
    {
        var lines = SeparatedText.Rows(text, ',', int.MaxValue).ToList();
        if (lines.Count == 0)
        {
            return new([], [], []);
        }

        var (columns, rows) = (lines[0], lines.Skip(1).SkipLast(isCut ? 1 : 0).ToList());
        var refused = rows.Where(r => r.Count == columns.Count && r[^1].Length > 0).Take(Limits.BatchHeadRefused).Select(r => (r[0], r[^1]));
        return new(Shown(columns), [.. rows.Take(Limits.BatchHeadRows).Select(r => Shown(r.Select(c => c.Length > 0 ? c : null)))], [.. refused]);
    }

    private static OutputHead OfJson(string text, bool isCut)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        List<Dictionary<string, string?>> rows = [];
        List<(string, string)> refused = [];
        foreach (var line in isCut ? lines.SkipLast(1) : lines)
        {
            using var parsed = JsonDocument.Parse(line);
            var record = parsed.RootElement;
            if (record.TryGetProperty(Error, out var error) && refused.Count < Limits.BatchHeadRefused)
            {
                refused.Add((record.GetProperty(Row).GetInt64().ToString(CultureInfo.InvariantCulture), error.GetString()!));
            }

            if (rows.Count < Limits.BatchHeadRows)
            {
                rows.Add(Flat(record));
            }
        }

        var columns = rows.SelectMany(r => r.Keys).Distinct().OrderBy(c => c == Error).ToList();
        return new(Shown(columns), [.. rows.Select(r => Shown(columns.Select(c => r.GetValueOrDefault(c))))], refused);
    }

    /// <summary>The parts of an input and a prediction stand beside the row's own; a prediction that is called like an input says so, as in CSV.</summary>
    private static Dictionary<string, string?> Flat(JsonElement record)
    {
        Dictionary<string, string?> cells = [];
        foreach (var part in record.EnumerateObject())
        {
            if (part.Name is not (Input or Prediction) || part.Value.ValueKind != JsonValueKind.Object)
            {
                cells[part.Name] = Text(part.Value);
                continue;
            }

            foreach (var value in part.Value.EnumerateObject())
            {
                cells[part.Name == Prediction && cells.ContainsKey(value.Name) ? $"{Prediction}.{value.Name}" : value.Name] = Text(value.Value);
            }
        }

        return cells;
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };

    private static List<string> Shown(IReadOnlyList<string> columns) => [.. columns.Take(Limits.BatchHeadColumns).Select(c => Cut(c)!)];

    private static List<string?> Shown(IEnumerable<string?> cells) => [.. cells.Take(Limits.BatchHeadColumns).Select(Cut)];

    private static string? Cut(string? text) => text is { Length: > Limits.BatchHeadCell } ? text[..(Limits.BatchHeadCell - 1)] + "…" : text;
}
