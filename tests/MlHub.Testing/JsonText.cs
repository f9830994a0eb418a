using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlHub.Testing;

/// <summary>JSON in a form that can be compared as text: the properties of every object sorted by name.</summary>
public static class JsonText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Sorted(string json) => Sorted(JsonNode.Parse(json));

    public static string Sorted(JsonNode? node) => Sort(node)?.ToJsonString(Indented) ?? "null";

    private static JsonNode? Sort(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sort(p.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Sort)]),
        _ => node?.DeepClone(),
    };
}
