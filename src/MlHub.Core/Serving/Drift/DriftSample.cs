using System.Text.Json;
using MlHub.Explanations;
using MlHub.Scoring;
using MlHub.Scoring.Signatures;
using MlHub.Scoring.Values;
using MlHub.Serving.Capture;

namespace MlHub.Serving.Drift;

/// <summary>Rows that a model was trained on, or some of them: values as texts, null where one is missing.</summary>
/// <param name="Path">The file they are from.</param>
/// <param name="Digest">Of the file.</param>
internal sealed record DriftSample(string Path, string Digest, IReadOnlyList<string> Columns, IReadOnlyList<string?[]> Rows)
{
    private const string Name = "training_sample.";

    /// <summary>
    /// The file that counts: <c>training_sample.csv</c>, <c>.json</c>, <c>.npy</c> or <c>.parquet</c> among the version's files or those of its run, else <c>explanations_sample.*</c>. An input
    /// example is none, since it shows a form and no distribution.
    /// </summary>
    public static ExplanationFile? FileOrNull(ExplanationFiles files) => files.All.Where(f => System.IO.Path.GetExtension(f.Name) is ".csv" or ".json" or ".npy" or ".parquet")
        .Where(f => f.Name.StartsWith(Name, StringComparison.Ordinal) || f.Name.StartsWith(ExplanationFiles.SamplePrefix, StringComparison.Ordinal))
        .OrderByDescending(f => f.Name.StartsWith(Name, StringComparison.Ordinal)).ThenBy(f => f.IsOfRun).ThenBy(f => f.Path, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>Of many rows some at even distances.</summary>
    /// <exception cref="InvalidDataException">The file holds no rows; the words say why.</exception>
    public static async Task<DriftSample> ReadAsync(ExplanationFile file, byte[] bytes, IReadOnlyList<SignatureField> inputs, IParquetFormat parquet, CancellationToken cancel)
    {
        var (columns, rows) = System.IO.Path.GetExtension(file.Name) switch
        {
            ".csv" => OfText(bytes),
            ".json" => OfJson(bytes, inputs),
            ".parquet" => await parquet.ReadAsync(bytes, Limits.SampleValues, cancel),
            _ => OfArray(file.Name, bytes, inputs),
        };
        var kept = NpyRows.Evenly(rows.Count, Limits.DriftRows);
        return rows.Count == 0 ? throw new InvalidDataException($"'{file.Path}' has no rows.") : new(file.Path, file.Digest, columns, [.. kept.Select(r => rows[r])]);
    }

    /// <summary>The text that a value is compared as; null where it is missing.</summary>
    public static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.Array or JsonValueKind.Object => value.GetRawText(),
        _ => value.ToString(),
    };

    /// <summary>A request for some of the rows, as the model's signature wants them.</summary>
    public byte[] Request(IReadOnlyList<SignatureField> inputs, int first, int count)
    {
        using MemoryStream body = new();
        using (Utf8JsonWriter json = new(body))
        {
            json.WriteStartObject();
            json.WriteStartObject("dataframe_split");
            json.WriteStartArray("columns");
            Columns.ToList().ForEach(json.WriteStringValue);
            json.WriteEndArray();
            json.WriteStartArray("data");
            foreach (var row in Rows.Skip(first).Take(count))
            {
                json.WriteStartArray();
                foreach (var (i, value) in row.Index())
                {
                    Write(json, value, inputs.FirstOrDefault(f => f.Name == Columns[i])?.Type);
                }

                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return body.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string? value, SignatureType? type)
    {
        if (value is null)
        {
            json.WriteNullValue();
        }
        else if (type is not PlainType { Name: "string" } && double.TryParse(value, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            json.WriteNumberValue(number);
        }
        else if (type is not PlainType { Name: "string" } && bool.TryParse(value, out var truth))
        {
            json.WriteBooleanValue(truth);
        }
        else
        {
            json.WriteStringValue(value);
        }
    }

    private static (IReadOnlyList<string>, IReadOnlyList<string?[]>) OfText(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var table = CsvTable.Read(bytes.Span, Limits.SampleValues);
            return (table.Names ?? [], [.. Enumerable.Range(0, table.Rows).Select(r => table.Columns.Select(c => c[r].Text).ToArray())]);
        }
        catch (ScoringException e)
        {
            throw new InvalidDataException(e.Message);
        }
    }

    private static (IReadOnlyList<string>, IReadOnlyList<string?[]>) OfJson(ReadOnlyMemory<byte> bytes, IReadOnlyList<SignatureField> inputs)
    {
        if (ExampleRequest.OrNull(System.Text.Encoding.UTF8.GetString(bytes.Span)) is not { } request)
        {
            throw new InvalidDataException("The sample is no JSON of rows.");
        }

        using var document = JsonDocument.Parse(request);
        return RequestTable.OrNull(document.RootElement, inputs) is { } table
            ? (table.Columns, [.. table.Rows.Select(r => Array.ConvertAll(r, TextOf))])
            : throw new InvalidDataException("The sample holds no rows of values.");
    }

    private static (IReadOnlyList<string>, IReadOnlyList<string?[]>) OfArray(string name, ReadOnlyMemory<byte> bytes, IReadOnlyList<SignatureField> inputs)
    {
        var table = SampleTable.Read(name, bytes);
        return (
            inputs.Count == table.Width ? [.. inputs.Select(f => f.Name)] : [.. Enumerable.Range(0, table.Width).Select(i => $"{i}")],
            [.. table.Rows.Select(r => Array.ConvertAll(r, v => double.IsFinite(v) ? v.ToString("R", System.Globalization.CultureInfo.InvariantCulture) : null))]);
    }
}
