using System.Text.Json;

namespace MlHub.Events;

/// <summary>Reads the JSON of an event's before and after. Their shape is the event's own, so what is not there is null.</summary>
public static class EventJson
{
    public static JsonElement? Parse(string? json) => json is null ? null : JsonElement.Parse(json);

    public static string? Text(JsonElement? facts, string name) => Value(facts, name)?.ToString();

    public static JsonElement? Value(JsonElement? facts, string name) =>
        facts is { ValueKind: JsonValueKind.Object } given && given.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
