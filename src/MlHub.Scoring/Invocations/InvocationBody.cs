using System.Text.Json;
using MlHub.Scoring.Values;

namespace MlHub.Scoring.Invocations;

/// <summary>Reads the JSON that MLflow's scoring protocol takes (docs, "Deploy MLflow Model as a Local Inference Server", accepted input formats).</summary>
public static class InvocationBody
{
    /// <summary>A few large requests would else take the memory of a worker: a record without its keys is two bytes.</summary>
    private const long MostCells = 10_000_000;

    private static readonly string[] Keys = ["dataframe_split", "dataframe_records", "instances", "inputs"];

    /// <exception cref="ScoringException">BadRequest, in MLflow's words.</exception>
    public static Sent Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw ScoringException.BadRequest($"Invalid input. The input must be a JSON dictionary with exactly one of the input fields {Listed(Keys)}. Received a {Kind(body)}.");
        }

        var given = body.EnumerateObject().Select(p => p.Name).Where(Keys.Contains).Distinct().ToList();
        if (given is not [var key])
        {
            throw ScoringException.BadRequest(
                $"Invalid input. The input must be a JSON dictionary with exactly one of the input fields {Listed(Keys)}. Received dictionary with input fields: "
                + $"{Listed(given.Count > 0 ? given : [.. body.EnumerateObject().Select(p => p.Name).Take(20)])}. IMPORTANT: The MLflow Model scoring protocol has changed in MLflow version 2.0 "
                + "and takes its data under one of these names since then.");
        }

        var value = body.GetProperty(key);
        return key switch
        {
            "dataframe_split" => new Sent.Frame(Split(value)),
            "dataframe_records" => new Sent.Frame(Records(value, key)),
            "instances" => Instances(value),
            _ => value.ValueKind == JsonValueKind.Object
                ? new Sent.Named([.. value.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value))])
                : new Sent.Bare(value),
        };
    }

    private static Sent Instances(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw ScoringException.BadRequest($"Failed to parse data as TF serving input. Expected 'instances' to be a list. Received a {Kind(value)}.");
        }

        if (value.GetArrayLength() == 0 || value[0].ValueKind != JsonValueKind.Object)
        {
            return new Sent.Bare(value);
        }

        var table = Records(value, "instances");
        return table.Columns.Any(c => c.Any(cell => cell.IsMissing))
            ? throw ScoringException.BadRequest("Failed to parse data as TF serving input. The length of values for each input/column name are not the same")
            : new Sent.Instances(table);
    }

    private static Table Split(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw ScoringException.BadRequest($"Dataframe split format must be a dictionary. Got {Kind(value)}.");
        }

        if (value.EnumerateObject().Select(p => p.Name).Where(n => n is not ("columns" or "data" or "index")).ToList() is { Count: > 0 } unknown)
        {
            throw ScoringException.BadRequest($"Dataframe split format takes 'columns', 'index' and 'data'. Got {Listed(unknown)} too.");
        }

        if (!value.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
        {
            throw ScoringException.BadRequest("Dataframe split format must have a list of rows under 'data'.");
        }

        var names = value.TryGetProperty("columns", out var columns) && columns.ValueKind == JsonValueKind.Array ? columns.EnumerateArray().Select(Name).ToList() : null;
        var width = names?.Count ?? (data.GetArrayLength() > 0 && data[0].ValueKind == JsonValueKind.Array ? data[0].GetArrayLength() : 0);
        var table = Empty(names, width, data.GetArrayLength());
        var row = 0;
        foreach (var cells in data.EnumerateArray())
        {
            if (cells.ValueKind != JsonValueKind.Array || cells.GetArrayLength() != width)
            {
                throw ScoringException.BadRequest(
                    $"Failed to parse input as a dataframe: {width} columns passed, row {row} of the data has {(cells.ValueKind == JsonValueKind.Array ? $"{cells.GetArrayLength()}" : $"a {Kind(cells)}")}.");
            }

            var column = 0;
            foreach (var cell in cells.EnumerateArray())
            {
                table.Columns[column++][row] = new(cell);
            }

            row++;
        }

        return table;
    }

    private static Table Records(JsonElement value, string key)
    {
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(r => r.ValueKind != JsonValueKind.Object))
        {
            throw ScoringException.BadRequest($"Dataframe records format must be a list of records. '{key}' is not.");
        }

        Dictionary<string, int> places = new(StringComparer.Ordinal);
        foreach (var name in value.EnumerateArray().SelectMany(r => r.EnumerateObject()).Select(p => p.Name))
        {
            places.TryAdd(name, places.Count);
        }

        var table = Empty([.. places.Keys], places.Count, value.GetArrayLength());
        var row = 0;
        foreach (var record in value.EnumerateArray())
        {
            foreach (var cell in record.EnumerateObject())
            {
                table.Columns[places[cell.Name]][row] = new(cell.Value);
            }

            row++;
        }

        return table;
    }

    private static Table Empty(IReadOnlyList<string>? names, int width, int rows) =>
        (long)width * rows > MostCells
            ? throw ScoringException.BadRequest($"{rows} rows of {width} columns are more than is read in one request.")
            : new(names, [.. Enumerable.Range(0, width).Select(_ => Missing(rows))], rows);

    private static Cell[] Missing(int rows)
    {
        var cells = new Cell[rows];
        Array.Fill(cells, new(default(JsonElement)));
        return cells;
    }

    private static string Name(JsonElement name) => name.ValueKind == JsonValueKind.String ? name.GetString()! : name.GetRawText();

    private static string Listed(IEnumerable<string> names) => $"[{string.Join(", ", names.Select(n => $"'{n}'"))}]";

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => "list",
        JsonValueKind.Object => "dictionary",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "number",
        JsonValueKind.Null => "null",
        _ => "truth value",
    };
}
