using System.Text.Json;
using MlHub.Scoring.Signatures;

namespace MlHub.Serving.Capture;

/// <summary>The rows of a request of MLflow's scoring protocol. What was not sent is an undefined element.</summary>
/// <param name="Columns">Their names; places where nothing names them.</param>
/// <param name="Rows">All as wide as there are columns.</param>
internal sealed record RequestTable(IReadOnlyList<string> Columns, IReadOnlyList<JsonElement[]> Rows)
{
    private const int MostColumns = 5000;

    /// <summary>Null for what has no rows of values, such as pictures.</summary>
    /// <param name="request">The elements live as long as its document.</param>
    /// <param name="inputs">The signature's, which name values that were sent by their order.</param>
    public static RequestTable? OrNull(JsonElement request, IReadOnlyList<SignatureField> inputs)
    {
        try
        {
            var table = request switch
            {
                { ValueKind: not JsonValueKind.Object } => null,
                _ when request.TryGetProperty("dataframe_split", out var split) => OfSplit(split, inputs),
                _ when request.TryGetProperty("dataframe_records", out var records) => OfRecords(records),
                _ when request.TryGetProperty("instances", out var instances) => OfList(instances, inputs),
                _ when request.TryGetProperty("inputs", out var sent) => sent.ValueKind == JsonValueKind.Object ? OfNamed(sent) : OfList(sent, inputs),
                _ => null,
            };
            return table is { Columns.Count: > 0 and <= MostColumns } && table.Rows.All(r => r.Length == table.Columns.Count) ? table : null;
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    private static RequestTable OfSplit(JsonElement split, IReadOnlyList<SignatureField> inputs)
    {
        List<JsonElement[]> rows = [.. split.GetProperty("data").EnumerateArray().Select(r => r.EnumerateArray().ToArray())];
        return new(split.TryGetProperty("columns", out var columns) ? [.. columns.EnumerateArray().Select(c => c.ToString())] : Named(rows, inputs), rows);
    }

    private static RequestTable? OfList(JsonElement list, IReadOnlyList<SignatureField> inputs)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        if (list.EnumerateArray().FirstOrDefault().ValueKind == JsonValueKind.Object)
        {
            return OfRecords(list);
        }

        List<JsonElement[]> rows = [.. list.EnumerateArray().Select(r => r.ValueKind == JsonValueKind.Array ? r.EnumerateArray().ToArray() : [r])];
        return rows.Exists(r => r.Any(IsNested)) ? null : new(Named(rows, inputs), rows);
    }

    private static RequestTable OfRecords(JsonElement records)
    {
        List<string> names = [.. records.EnumerateArray().SelectMany(r => r.EnumerateObject()).Select(p => p.Name).Distinct()];
        return new(names, [.. records.EnumerateArray().Select(r => names.Select(n => r.TryGetProperty(n, out var cell) ? cell : default).ToArray())]);
    }

    /// <summary>A tensor is a column, or several beside each other.</summary>
    private static RequestTable? OfNamed(JsonElement named)
    {
        List<(string Name, JsonElement[][] Values)> tensors = [.. named.EnumerateObject().Select(p => (p.Name, p.Value.ValueKind == JsonValueKind.Array
            ? [.. p.Value.EnumerateArray().Select(r => r.ValueKind == JsonValueKind.Array ? r.EnumerateArray().ToArray() : [r])]
            : (JsonElement[][])[[p.Value]]))];
        var rows = tensors.Count > 0 ? tensors[0].Values.Length : 0;
        return rows == 0 || tensors.Exists(t => t.Values.Length != rows || t.Values.Any(r => r.Length != t.Values[0].Length || r.Any(IsNested)))
            ? null
            : new(
                [.. tensors.SelectMany(t => t.Values[0].Length == 1 ? [t.Name] : Enumerable.Range(0, t.Values[0].Length).Select(i => $"{t.Name}[{i}]"))],
                [.. Enumerable.Range(0, rows).Select(r => tensors.SelectMany(t => t.Values[r]).ToArray())]);
    }

    private static List<string> Named(List<JsonElement[]> rows, IReadOnlyList<SignatureField> inputs)
    {
        var width = rows.Count > 0 ? rows[0].Length : 0;
        return inputs.Count == width && inputs.All(f => f.HasName) ? [.. inputs.Select(f => f.Name)] : [.. Enumerable.Range(0, width).Select(i => $"{i}")];
    }

    private static bool IsNested(JsonElement value) => value.ValueKind is JsonValueKind.Array or JsonValueKind.Object;
}
