using System.Text.Json.Nodes;

namespace MlHub.Testing.Durability;

/// <summary>All that the hub gives back of one model, and what the event log says of it.</summary>
internal sealed class StoredModel
{
    private readonly StoredEvents _events;
    private readonly long _id;
    private readonly List<JsonNode> _versions;
    private readonly HashSet<string> _aliases, _tags;
    private readonly string _name;

    private StoredModel(string name, JsonNode model, List<JsonNode> versions, StoredEvents events)
    {
        (_name, _versions, _events) = (name, versions, events);
        _id = events.ModelOrNull(name) ?? throw new BrokenPromiseException($"{name} is there without an event.");
        _aliases = [.. model["aliases"]?.AsArray().Select(a => (string)a!["alias"]!) ?? []];
        _tags = [.. model["tags"]?.AsArray().Select(t => (string)t!["key"]!) ?? []];
        RequireWhole();
    }

    public static async Task<StoredModel> ReadAsync(HttpClient client, string name, StoredEvents events)
    {
        var model = (await client.ReadAsync($"/registered-models/get?name={name}"))["registered_model"]!;
        var found = await client.ReadAsync($"/model-versions/search?filter={Uri.EscapeDataString($"name='{name}'")}&max_results=10000");
        return new(name, model, [.. found["model_versions"]?.AsArray().Select(v => v!) ?? []], events);
    }

    /// <summary>How often the call is there, 0 or 1. Throws where it is there twice, or the model and its event disagree.</summary>
    public int Count(SentCall call)
    {
        var mark = call.Kind == "version" ? ModelWriter.Source(_name, call.Mark) : call.Mark;
        var (stored, events) = call.Kind switch
        {
            "version" => (_versions.Count(v => (string?)v["source"] == mark), Events("version.created")),
            "alias" => (_aliases.Contains(mark) ? 1 : 0, Events("alias.set")),
            "tag" => (_tags.Contains(mark) ? 1 : 0, Events("model.tag_set")),
            "request" => (Events("request.opened"), Events("request.opened")),
            "move" => (Events("version.moved"), Events("version.moved")),
            _ => (Events("version.moved"), Events("request.approved")),
        };
        BrokenPromiseException.Require(stored <= 1, $"{call} is there {stored} times");
        BrokenPromiseException.Require(stored == events, $"{call} is there {stored} times and has {events} events");
        return stored;

        int Events(string kind) => _events.Count(_id, kind, mark);
    }

    private void RequireWhole()
    {
        var numbers = _versions.Select(v => int.Parse((string)v["version"]!, System.Globalization.CultureInfo.InvariantCulture)).Order().ToList();
        BrokenPromiseException.Require(numbers.SequenceEqual(Enumerable.Range(1, numbers.Count)), $"{_name} has the versions {string.Join(' ', numbers)}");
        var moved = _events.Of(_id, "version.moved").GroupBy(r => (int)r["version"]!).ToDictionary(g => g.Key, g => (string)g.Last()["after"]!["stage"]!);
        foreach (var version in _versions)
        {
            var told = moved.GetValueOrDefault(int.Parse((string)version["version"]!, System.Globalization.CultureInfo.InvariantCulture), "None");
            BrokenPromiseException.Require((string?)version["current_stage"] == told, $"{_name} {version["version"]} is in {version["current_stage"]}, and by its events in {told}");
        }
    }
}
