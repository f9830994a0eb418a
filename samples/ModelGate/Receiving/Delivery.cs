using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelGate.Receiving;

/// <summary>A webhook about a version of a model. Its id is the same however often it is sent.</summary>
public sealed record Delivery(string Id, string Event, string Model, string Version)
{
    /// <summary>A version is judged when it is there, and when its files are, whichever comes last.</summary>
    private static readonly string[] Events = ["model_version.created", "model_version.ready"];

    /// <summary>From MLflow's envelope, <c>{entity, action, timestamp, data: {name, version, …}}</c>; null for events of other kinds.</summary>
    /// <exception cref="JsonException">The body is no such envelope.</exception>
    public static Delivery? OfOrNull(string id, byte[] body)
    {
        if (JsonNode.Parse(body) is not JsonObject envelope || Text(envelope["entity"]) is not { } entity || Text(envelope["action"]) is not { } action)
        {
            throw new JsonException("The body must be an object with entity and action.");
        }

        if (!Events.Contains($"{entity}.{action}"))
        {
            return null;
        }

        var data = envelope["data"] as JsonObject;
        return Text(data?["name"]) is { Length: > 0 } name && Text(data?["version"]) is { Length: > 0 } version
            ? new(id, $"{entity}.{action}", name, version)
            : throw new JsonException("data must have name and version.");
    }

    private static string? Text(JsonNode? node) => node is JsonValue value ? value.ToString() : null;
}
