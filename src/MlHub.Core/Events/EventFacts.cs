using System.Globalization;
using System.Text.Json;
using MlHub.Registry;

namespace MlHub.Events;

/// <summary>What an event says of itself in its JSON; null for what it does not say.</summary>
internal sealed class EventFacts(HubEvent row)
{
    private readonly JsonElement? _before = EventJson.Parse(row.Before);
    private readonly JsonElement? _after = EventJson.Parse(row.After);

    public string? After(string name) => EventJson.Text(_after, name);

    public string? Before(string name) => EventJson.Text(_before, name);

    public Stage? AfterStage(string name) => After(name) is { } stage ? Stages.ParseOrNull(stage) : null;

    public Stage? BeforeStage(string name) => Before(name) is { } stage ? Stages.ParseOrNull(stage) : null;

    public int? AfterNumber(string name) => int.TryParse(After(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    public JsonElement? AfterJson(string name) => EventJson.Value(_after, name);
}
