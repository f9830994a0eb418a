using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlHub.Serving;

/// <summary>Makes a request of the input example that MLflow keeps with a model, which has several forms.</summary>
public static class ExampleRequest
{
    private static readonly string[] Keys = ["dataframe_split", "dataframe_records", "instances", "inputs"];

    /// <summary>Where MLflow keeps it, best first: as a whole request, or as data alone.</summary>
    public static readonly IReadOnlyList<string> Files = ["serving_input_example.json", "input_example.json"];

    /// <summary>A request of the scoring protocol, UTF-8; null for what is none.</summary>
    public static byte[]? OrNull(string json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: new() { MaxDepth = Limits.JsonDepth }) switch
            {
                JsonObject whole when Keys.Any(whole.ContainsKey) => Bytes(whole),
                JsonObject split when split.ContainsKey("columns") && split.ContainsKey("data") => Bytes(new() { ["dataframe_split"] = Without(split, "index") }),
                JsonObject named => Bytes(new() { ["inputs"] = named.DeepClone() }),
                JsonArray { Count: > 0 } list when list[0] is JsonObject => Bytes(new() { ["dataframe_records"] = list.DeepClone() }),
                JsonArray { Count: > 0 } list => Bytes(new() { ["inputs"] = list.DeepClone() }),
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonObject Without(JsonObject split, string key)
    {
        var copy = split.DeepClone().AsObject();
        copy.Remove(key);
        return copy;
    }

    private static byte[] Bytes(JsonObject request) => JsonSerializer.SerializeToUtf8Bytes(request);
}
