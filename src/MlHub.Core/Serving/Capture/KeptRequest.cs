using System.Buffers;
using System.Globalization;
using System.Text.Json;
using MlHub.Scoring;
using MlHub.Scoring.Signatures;
using MlHub.Scoring.Values;

namespace MlHub.Serving.Capture;

/// <summary>
/// Makes of a request in any form the one that is kept: JSON of MLflow's scoring protocol, without what is redacted. Where something was left out, <c>"redacted"</c>
/// names it, which scoring does not look at.
/// </summary>
internal static class KeptRequest
{
    public const string RedactedKey = "redacted";

    /// <summary>A header of a few bytes for each column makes a cell of each in every line.</summary>
    private const int MostCells = 200_000;

    private static readonly string[] Keys = ["dataframe_split", "dataframe_records", "instances", "inputs"];

    /// <summary>Null for what is no request, or where it cannot be told with certainty what the redaction is about.</summary>
    public static byte[]? OrNull(RequestForm form, ReadOnlyMemory<byte> body, Redaction redaction)
    {
        ArrayBufferWriter<byte> kept = new(256);
        try
        {
            using Utf8JsonWriter json = new(kept);
            json.WriteStartObject();
            switch (form)
            {
                case RequestForm.InvocationCsv:
                    WriteTable(json, CsvTable.Read(body.Span, MostCells), redaction);
                    break;
                case RequestForm.InvocationJson:
                    using (var document = JsonDocument.Parse(body))
                    {
                        WriteInvocation(json, document.RootElement, redaction);
                    }

                    break;
                default:
                    KeptTensors.Write(json, body, redaction);
                    break;
            }

            if (redaction.Removed.Count > 0)
            {
                json.WriteStartArray(RedactedKey);
                redaction.Removed.ToList().ForEach(json.WriteStringValue);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or ScoringException or InvalidOperationException or ArgumentException or KeyNotFoundException or OverflowException)
        {
            return null;
        }

        return kept.WrittenSpan.ToArray();
    }

    /// <summary>Rows under names; their cells are written one by one.</summary>
    public static void WriteSplit(Utf8JsonWriter json, IReadOnlyList<string> columns, int rows, Action<Utf8JsonWriter, int, int> cell, Redaction redaction)
    {
        redaction.RequireCertain(columns);
        List<int> left = [.. Enumerable.Range(0, columns.Count).Where(c => redaction.Keeps(columns[c]))];
        json.WriteStartObject("dataframe_split");
        json.WriteStartArray("columns");
        left.ForEach(c => json.WriteStringValue(columns[c]));
        json.WriteEndArray();
        json.WriteStartArray("data");
        for (var row = 0; row < rows; row++)
        {
            json.WriteStartArray();
            left.ForEach(c => cell(json, row, c));
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteInvocation(Utf8JsonWriter json, JsonElement body, Redaction redaction)
    {
        var key = body.ValueKind == JsonValueKind.Object && body.EnumerateObject().Select(p => p.Name).Where(Keys.Contains).Distinct().ToList() is [var only] ? only : throw new InvalidDataException("It is no request.");
        var value = body.GetProperty(key);
        if (key == "dataframe_split")
        {
            WriteSplit(json, value, redaction);
        }
        else if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 && value[0].ValueKind == JsonValueKind.Object)
        {
            WriteRecords(json, key, value, redaction);
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            WriteNamed(json, value, redaction);
        }
        else
        {
            WriteBare(json, key, value, redaction);
        }

        if (body.TryGetProperty("params", out var parameters) && parameters.ValueKind == JsonValueKind.Object)
        {
            json.WritePropertyName("params");
            redaction.Write(json, parameters);
        }
    }

    private static void WriteSplit(Utf8JsonWriter json, JsonElement split, Redaction redaction)
    {
        List<JsonElement> rows = [.. split.GetProperty("data").EnumerateArray()];
        List<string> columns = split.TryGetProperty("columns", out var sent) ? [.. sent.EnumerateArray().Select(NameOf)] : NamesOf(redaction);
        Require(rows.TrueForAll(r => r.GetArrayLength() == columns.Count));
        WriteSplit(json, columns, rows.Count, (to, row, column) => redaction.Write(to, rows[row][column]), redaction);
    }

    private static void WriteRecords(Utf8JsonWriter json, string key, JsonElement records, Redaction redaction)
    {
        redaction.RequireCertain([.. records.EnumerateArray().SelectMany(r => r.EnumerateObject()).Select(p => p.Name).Distinct()]);
        json.WriteStartArray(key);
        foreach (var record in records.EnumerateArray())
        {
            json.WriteStartObject();
            foreach (var cell in record.EnumerateObject().Where(p => redaction.Keeps(p.Name)))
            {
                json.WritePropertyName(cell.Name);
                redaction.Write(json, cell.Value);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNamed(Utf8JsonWriter json, JsonElement named, Redaction redaction)
    {
        json.WriteStartObject("inputs");
        foreach (var input in named.EnumerateObject().Where(p => redaction.Keeps(p.Name)))
        {
            // What holds several values for each row may hold a redacted one among them.
            Require(redaction.IsEmpty || redaction.HasColumns || redaction.KnowsAll || IsColumn(input.Value));
            json.WritePropertyName(input.Name);
            redaction.Write(json, input.Value);
        }

        json.WriteEndObject();
    }

    /// <summary>Values without names: with a redaction they are given those of the signature, by their order.</summary>
    private static void WriteBare(Utf8JsonWriter json, string key, JsonElement value, Redaction redaction)
    {
        if (!redaction.IsEmpty && redaction.HasColumns)
        {
            var names = NamesOf(redaction);
            List<JsonElement> rows = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
            var isFlat = names.Count == 1 && rows.TrueForAll(r => r.ValueKind != JsonValueKind.Array || redaction.Inputs[0].Type is ListType);
            Require(isFlat || rows.TrueForAll(r => r.ValueKind == JsonValueKind.Array && r.GetArrayLength() == names.Count));
            WriteSplit(json, names, rows.Count, (to, row, column) => redaction.Write(to, isFlat ? rows[row] : rows[row][column]), redaction);
            return;
        }

        Require(redaction.IsEmpty || redaction is { KnowsAll: true, Inputs: [{ HasName: true } only] } && redaction.Keeps(only.Name));
        json.WritePropertyName(key);
        redaction.Write(json, value);
    }

    /// <summary>A column of texts by the signature stays one; else a column of numbers alone is made one, as a table of pandas reads it.</summary>
    private static void WriteTable(Utf8JsonWriter json, Table table, Redaction redaction)
    {
        var names = table.Names ?? [];
        var isNumber = names.Select((name, i) => redaction.Inputs.FirstOrDefault(f => f.Name == name)?.Type is not PlainType { Name: "string" or "binary" or "datetime" }
            && Array.TrueForAll(table.Columns[i], c => c.IsMissing || (c.TryNumber(out var number) && double.IsFinite(number)))).ToList();
        WriteSplit(json, names, table.Rows, (to, row, column) => WriteCell(to, table.Columns[column][row], isNumber[column]), redaction);
    }

    private static void WriteCell(Utf8JsonWriter json, Cell cell, bool isNumber)
    {
        if (cell.IsMissing)
        {
            json.WriteNullValue();
        }
        else if (isNumber && long.TryParse(cell.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            json.WriteNumberValue(whole);
        }
        else if (isNumber && cell.TryNumber(out var number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteStringValue(cell.Text);
        }
    }

    private static List<string> NamesOf(Redaction redaction) =>
        redaction.HasColumns ? [.. redaction.Inputs.Select(f => f.Name)] : throw new InvalidDataException("Nothing names the columns.");

    private static string NameOf(JsonElement name) => name.ValueKind switch
    {
        JsonValueKind.String => name.GetString()!,
        JsonValueKind.Number => name.GetRawText(),
        _ => throw new InvalidDataException("A column's name is no text."),
    };

    /// <summary>Whether it holds at most one value for each row.</summary>
    private static bool IsColumn(JsonElement value) => value.ValueKind != JsonValueKind.Array
        || value.EnumerateArray().All(v => v.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object) || (v.ValueKind == JsonValueKind.Array && v.GetArrayLength() <= 1 && IsColumn(v)));

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new InvalidDataException("It cannot be told which column is which.");
        }
    }
}
