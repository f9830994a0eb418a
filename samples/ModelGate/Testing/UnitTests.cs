using System.Globalization;
using System.Text.Json;

namespace ModelGate.Testing;

/// <summary>The team's own tests: the model takes its own input example and every known case, column by column and type by type.</summary>
public static class UnitTests
{
    public const string Name = "unit-tests";

    public static TestResult Run(ModelFile model, string? example, IReadOnlyList<KnownCase> cases)
    {
        if (model.Inputs is not { Count: > 0 } columns)
        {
            return new(Name, false, "The model has no signature with columns to test");
        }

        if (example is null || RowsOrNull(example) is not { Count: > 0 } rows)
        {
            return new(Name, false, "The model has no input example in rows and columns; log it with input_example=");
        }

        List<string> faults =
        [
            .. rows.SelectMany((row, at) => Faults($"row {(at + 1).ToString(CultureInfo.InvariantCulture)} of the example", row, columns)),
            .. cases.SelectMany(c => Faults($"the case {Shown.Name(c.Name)}", c.Inputs, columns)),
        ];
        var done = $"{rows.Count} rows of the example, {cases.Count} known cases";
        return faults.Count == 0 ? TestResult.Passed(Name, done) : TestResult.Failed(Name, $"{faults.Count} faults in {done}", faults);
    }

    private static IEnumerable<string> Faults(string where, IReadOnlyDictionary<string, JsonElement> row, IReadOnlyList<Column> columns)
    {
        string[] missing = [.. columns.Where(c => c.Required && !row.ContainsKey(c.Name)).Select(c => c.Name)];
        if (missing.Length > 0)
        {
            yield return $"{where} lacks {Shown.Names(missing)}";
        }

        string[] ignored = [.. row.Keys.Where(k => columns.All(c => c.Name != k))];
        if (ignored.Length > 0)
        {
            yield return $"{where} has {Shown.Names(ignored)}, which the model does not take";
        }

        foreach (var column in columns.Where(c => row.TryGetValue(c.Name, out var value) && !Fits(value, c)))
        {
            yield return $"{where}: {Shown.Name(column.Name)} is no {column.Type}";
        }
    }

    private static bool Fits(JsonElement value, Column column) => (column.Type, value.ValueKind) switch
    {
        (_, JsonValueKind.Null) => !column.Required,
        ("boolean", var kind) => kind is JsonValueKind.True or JsonValueKind.False,
        ("integer", JsonValueKind.Number) => value.TryGetInt32(out _),
        ("long", JsonValueKind.Number) => value.TryGetInt64(out _),
        ("float" or "double", JsonValueKind.Number) => true,
        ("integer" or "long" or "float" or "double", _) => false,
        ("string" or "binary", var kind) => kind == JsonValueKind.String,
        ("datetime", JsonValueKind.String) => DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        ("datetime", _) => false,
        _ => true,
    };

    /// <summary>As MLflow saves tables, with or without <c>dataframe_split</c> around: <c>{"columns": […], "data": [[…]]}</c>.</summary>
    private static List<Dictionary<string, JsonElement>>? RowsOrNull(string example)
    {
        try
        {
            var root = JsonSerializer.Deserialize<JsonElement>(example);
            var table = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("dataframe_split", out var split) ? split : root;
            string[] columns = [.. table.GetProperty("columns").EnumerateArray().Select(c => c.ToString())];
            return [.. table.GetProperty("data").EnumerateArray().Select(row => columns.Zip(row.EnumerateArray()).DistinctBy(c => c.First).ToDictionary(c => c.First, c => c.Second))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }
}
