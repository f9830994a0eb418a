using System.Text.Json;

namespace MlHub.DataVersions;

/// <summary>
/// What JSON says of a dataset's columns: MLflow's <c>mlflow_colspec</c> and <c>mlflow_tensorspec</c>, and Spark's struct type, which Delta
/// tables keep their schema in. It is anybody's text, so whatever does not fit is left out.
/// </summary>
public static class DataSchema
{
    private const int MostColumns = 2000;
    private static readonly string[] Parts = ["features", "targets"];

    /// <summary>The columns; null where the text is none of these schemas.</summary>
    public static IReadOnlyList<DataColumn>? ReadOrNull(string? schema)
    {
        try
        {
            using var document = JsonDocument.Parse(schema ?? "null", new JsonDocumentOptions { MaxDepth = Limits.JsonDepth });
            return document.RootElement is { ValueKind: JsonValueKind.Object } root ? ColumnsOrNull(root) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static List<DataColumn>? ColumnsOrNull(JsonElement root) =>
        root.TryGetProperty("mlflow_colspec", out var columns) ? [.. Items(columns).Select(c => new DataColumn(Text(c, "name"), TypeOf(c)))]
        : root.TryGetProperty("mlflow_tensorspec", out var tensors) ? [.. Tensors(tensors)]
        : root.TryGetProperty("fields", out var fields) && fields.ValueKind == JsonValueKind.Array ? [.. Items(fields).Select(f => new DataColumn(Text(f, "name"), TypeOf(f)))]
        : null;

    /// <summary>Features and targets are lists, or lists as text within the text.</summary>
    private static IEnumerable<DataColumn> Tensors(JsonElement spec) =>
        spec.ValueKind == JsonValueKind.Object
            ? Parts.SelectMany(part => spec.TryGetProperty(part, out var tensors) ? Tensors(tensors, part) : [])
            : Tensors(spec, "features");

    private static List<DataColumn> Tensors(JsonElement tensors, string part)
    {
        if (tensors.ValueKind != JsonValueKind.String)
        {
            return [.. Items(tensors).Select((t, i) => new DataColumn(Text(t, "name") is { Length: > 0 } name ? name : i == 0 ? part : $"{part} {i + 1}", TensorType(t)))];
        }

        using var document = JsonDocument.Parse(tensors.GetString()!, new JsonDocumentOptions { MaxDepth = Limits.JsonDepth });
        return document.RootElement.ValueKind == JsonValueKind.String ? [] : Tensors(document.RootElement, part);
    }

    private static string TensorType(JsonElement tensor) =>
        tensor.TryGetProperty("tensor-spec", out var spec) && spec.ValueKind == JsonValueKind.Object
            ? $"{Text(spec, "dtype")} {(spec.TryGetProperty("shape", out var shape) ? shape.GetRawText() : "")}".TrimEnd()
            : TypeOf(tensor);

    private static IEnumerable<JsonElement> Items(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.Object).Take(MostColumns) : [];

    /// <summary>Types within types are told by their outermost, as a table's header would.</summary>
    private static string TypeOf(JsonElement column) =>
        column.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.Object ? Text(type, "type") : Text(column, "type");

    private static string Text(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText() : "";
}
