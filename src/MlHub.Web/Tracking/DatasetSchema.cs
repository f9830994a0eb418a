using System.Text.Json;

namespace MlHub.Web.Tracking;

/// <summary>What a client's JSON says of a dataset's columns. It is anybody's text, so whatever does not fit is left out.</summary>
public static class DatasetSchema
{
    private const int MostColumns = 500;

    /// <summary>The columns of MLflow's form <c>{"mlflow_colspec": [{"name": …, "type": …}]}</c>, or null for any other.</summary>
    public static IReadOnlyList<(string Name, string Type)>? ReadOrNull(string? schema) =>
        Read(schema, root => root.TryGetProperty("mlflow_colspec", out var columns) && columns.ValueKind == JsonValueKind.Array
            ? (IReadOnlyList<(string, string)>)[.. columns.EnumerateArray().Take(MostColumns).Where(c => c.ValueKind == JsonValueKind.Object).Select(c => (Text(c, "name"), Text(c, "type")))]
            : null);

    private static T? Read<T>(string? json, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(json ?? "null", new JsonDocumentOptions { MaxDepth = Limits.JsonDepth });
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(document.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Text(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText() : "";
}
