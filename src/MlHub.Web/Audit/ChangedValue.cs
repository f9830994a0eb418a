using System.Text.Encodings.Web;
using System.Text.Json;
using MlHub.Events;

namespace MlHub.Web.Audit;

/// <summary>One value of an event, before and after; null where there was none.</summary>
public sealed record ChangedValue(string Name, string? Before, string? After)
{
    private static readonly JsonSerializerOptions Shown = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool IsChange => Before != After;

    public static List<ChangedValue> Of(HubEvent row)
    {
        var (before, after) = (Values(row.Before), Values(row.After));
        return [.. before.Keys.Union(after.Keys).Select(name => new ChangedValue(name, before.GetValueOrDefault(name), after.GetValueOrDefault(name)))];
    }

    /// <summary>The members of an object; anything else is one value without a name.</summary>
    private static Dictionary<string, string?> Values(string? json)
    {
        if (json is null)
        {
            return [];
        }

        var value = JsonSerializer.Deserialize<JsonElement>(json);
        return value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null).GroupBy(p => p.Name).ToDictionary(g => g.Key, g => (string?)Text(g.Last().Value))
            : new() { [""] = Text(value) };
    }

    private static string Text(JsonElement value) => value.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? JsonSerializer.Serialize(value, Shown) : value.ToString();
}
