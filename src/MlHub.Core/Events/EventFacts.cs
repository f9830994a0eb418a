using System.Globalization;
using System.Text.Json;
using MlHub.Registry;

namespace MlHub.Events;

/// <summary>What an event says of itself in its JSON; null for what it does not say.</summary>
internal sealed class EventFacts(HubEvent row)
{
    private readonly JsonElement? _before = Parse(row.Before);
    private readonly JsonElement? _after = Parse(row.After);

    public string? After(string name) => Text(_after, name);

    public string? Before(string name) => Text(_before, name);

    public Stage? AfterStage(string name) => After(name) is { } stage ? Stages.ParseOrNull(stage) : null;

    public Stage? BeforeStage(string name) => Before(name) is { } stage ? Stages.ParseOrNull(stage) : null;

    public int? AfterNumber(string name) => int.TryParse(After(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    public JsonElement? AfterJson(string name) => Value(_after, name);

    private static JsonElement? Parse(string? json) => json is null ? null : JsonSerializer.Deserialize<JsonElement>(json);

    private static string? Text(JsonElement? json, string name) => Value(json, name)?.ToString();

    private static JsonElement? Value(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } given && given.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
