using System.Globalization;
using System.Text;
using System.Text.Json;
using MlHub.Artifacts;

namespace MlHub.Explanations;

/// <summary>
/// Rows that a model can be asked about. What is no number is NaN. Read from a table in text with a header or without, an array of
/// NumPy's, or JSON in the forms that MLflow stores input examples in and its servers take (mlflow.org, "Model Signatures and Input Examples").
/// </summary>
/// <param name="Columns">Their names; null where the file names none.</param>
/// <param name="Rows">All of one width.</param>
public sealed record SampleTable(IReadOnlyList<string>? Columns, IReadOnlyList<double[]> Rows)
{
    private static readonly string[] Wrappers = ["dataframe_split", "dataframe_records", "inputs", "instances"];

    public int Width => Columns?.Count ?? (Rows.Count > 0 ? Rows[0].Length : 0);

    /// <summary>Whether a file of this name can be read as a sample.</summary>
    public static bool CanBe(string path) => Path.GetExtension(path).ToLowerInvariant() is ".json" or ".csv" or ".tsv" or ".npy";

    /// <exception cref="InvalidDataException">The bytes hold no table of numbers.</exception>
    public static SampleTable Read(string path, ReadOnlyMemory<byte> file)
    {
        var table = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".npy" => OfArray(NpyArray.Read(file.Span, Limits.SampleValues)),
            ".csv" => OfText(Encoding.UTF8.GetString(file.Span), ','),
            ".tsv" => OfText(Encoding.UTF8.GetString(file.Span), '\t'),
            _ => OfJson(file),
        };
        return table.Rows.Any(r => r.Length != table.Width) ? throw new InvalidDataException("The rows of the sample are not of one length.")
            : table.Rows.Count == 0 || table.Width == 0 ? throw new InvalidDataException("The sample has no rows.")
            : table.Width > Limits.ExplainedFeatures ? throw new InvalidDataException($"The sample has more than {Limits.ExplainedFeatures} columns.")
            : table;
    }

    /// <summary>The columns of these names in their order or, where the table names none, the first ones; null where some are missing.</summary>
    public SampleTable? SelectOrNull(IReadOnlyList<string> names)
    {
        if (Columns is null || Columns.SequenceEqual(names))
        {
            return Width == names.Count ? this with { Columns = names } : null;
        }

        var places = names.Select(n => Columns.ToList().IndexOf(n)).ToArray();
        return places.Contains(-1) ? null : new(names, [.. Rows.Select(r => Array.ConvertAll(places, p => r[p]))]);
    }

    private static SampleTable OfArray(NpyArray array) => array.Shape switch
    {
        [var rows, var columns] => new(null, [.. Enumerable.Range(0, rows).Select(r => array.Values.AsSpan(r * columns, columns).ToArray())]),
        [_] => new(null, [array.Values]),
        _ => throw new InvalidDataException("Only an array of rows and columns is read as a sample."),
    };

    private static SampleTable OfText(string text, char separator)
    {
        List<IReadOnlyList<string>> rows = [.. SeparatedText.Rows(text.TrimStart('\uFEFF'), separator, Limits.ExplainedFeatures + 1)];
        var header = rows.Count > 0 && rows[0].Any(cell => double.IsNaN(Number(cell))) ? rows[0] : null;
        // pandas writes its index as a column without a name.
        var skipped = header is ["" or "Unnamed: 0", ..] ? 1 : 0;
        return new(header is null ? null : [.. header.Skip(skipped)], [.. rows.Skip(header is null ? 0 : 1).Select(r => r.Skip(skipped).Select(Number).ToArray())]);
    }

    private static double Number(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;

    private static SampleTable OfJson(ReadOnlyMemory<byte> file)
    {
        try
        {
            using var document = JsonDocument.Parse(file, new JsonDocumentOptions { MaxDepth = Limits.JsonDepth });
            return OfJson(document.RootElement);
        }
        catch (JsonException)
        {
            throw new InvalidDataException("The sample is not JSON.");
        }
    }

    private static SampleTable OfJson(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object when json.TryGetProperty("columns", out var columns) && json.TryGetProperty("data", out var data) => OfJson(data) with { Columns = Texts(columns) },
        JsonValueKind.Object when Wrappers.FirstOrDefault(w => json.TryGetProperty(w, out _)) is { } wrapper => OfJson(json.GetProperty(wrapper)),
        JsonValueKind.Object when json.EnumerateObject().All(c => c.Value.ValueKind == JsonValueKind.Array) => OfColumns(json),
        JsonValueKind.Object => OfRecords([json]),
        JsonValueKind.Array when json.GetArrayLength() > 0 => json[0].ValueKind switch
        {
            JsonValueKind.Array => new(null, [.. json.EnumerateArray().Select(Numbers)]),
            JsonValueKind.Object => OfRecords([.. json.EnumerateArray()]),
            _ => new(null, [Numbers(json)]),
        },
        _ => throw new InvalidDataException("The sample holds no rows of numbers."),
    };

    private static SampleTable OfColumns(JsonElement json)
    {
        var columns = json.EnumerateObject().Select(c => (c.Name, Values: Numbers(c.Value))).ToList();
        var rows = columns.Max(c => (int?)c.Values.Length) ?? 0;
        return columns.Exists(c => c.Values.Length != rows)
            ? throw new InvalidDataException("The columns of the sample are not of one length.")
            : new([.. columns.Select(c => c.Name)], [.. Enumerable.Range(0, rows).Select(r => columns.Select(c => c.Values[r]).ToArray())]);
    }

    private static SampleTable OfRecords(List<JsonElement> records)
    {
        if (records.Exists(r => r.ValueKind != JsonValueKind.Object))
        {
            throw new InvalidDataException("The sample holds no rows of numbers.");
        }

        List<string> names = [.. records[0].EnumerateObject().Select(p => p.Name).Distinct()];
        return new(names, [.. records.Select(r => names.Select(n => r.TryGetProperty(n, out var value) ? Number(value) : double.NaN).ToArray())]);
    }

    private static double[] Numbers(JsonElement list) =>
        list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(v => v.ValueKind is JsonValueKind.Array or JsonValueKind.Object)
            ? throw new InvalidDataException("The sample holds no rows of numbers.")
            : [.. list.EnumerateArray().Select(Number)];

    private static double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => double.NaN,
    };

    private static List<string> Texts(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(v => v.ToString())] : throw new InvalidDataException("The sample's columns are no list.");
}
