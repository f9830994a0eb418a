using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace MlHub.Web.Api;

/// <summary>Refuses a value of the wrong kind in MLflow's words: the value as compact JSON with sorted keys, and the field it was sent for.</summary>
public static class WrongValues
{
    private const int MostShown = 200;

    /// <param name="message">The whole message.</param>
    /// <param name="found">What the reader says of the place and, in our own converters, of what it expected.</param>
    public static HubException Refuse(JsonElement message, JsonException found)
    {
        var field = found.Path![2..];
        var expected = found.Message.Contains("is expected", StringComparison.Ordinal) ? found.Message.Split(". Path")[0] : "the value has the wrong type";
        return Refuse(At(message, field) is { } value ? Shown(value) : "null", field, $"{expected.TrimEnd('.')}. See the API docs for more information about request parameters.");
    }

    public static HubException Refuse(string json, string field, string problem) =>
        HubException.Invalid($"Invalid value {json} for parameter '{field}' supplied: {problem}");

    public static string Shown(JsonElement value)
    {
        var json = Compact(value);
        return json.Length <= MostShown ? json : json[..MostShown] + "...";
    }

    /// <summary>Follows a path such as <c>metrics[1].value</c>.</summary>
    private static JsonElement? At(JsonElement message, string path)
    {
        foreach (var step in path.Split('.', '[').Where(s => s.Length > 0))
        {
            if (message.ValueKind == JsonValueKind.Array && int.TryParse(step.TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < message.GetArrayLength())
            {
                message = message[index];
            }
            else if (message.ValueKind == JsonValueKind.Object && message.TryGetProperty(step, out var property))
            {
                message = property;
            }
            else
            {
                return null;
            }
        }

        return message;
    }

    private static string Compact(JsonElement value) => value.ValueKind switch
    {
        _ when Raw(value) is { Length: > 10 * MostShown } raw => raw[..(2 * MostShown)],
        JsonValueKind.Object => $"{{{string.Join(',', value.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"\"{p.Name}\":{Compact(p.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(',', value.EnumerateArray().Select(Compact))}]",
        _ => Raw(value),
    };

    /// <summary>As it was sent, also where it is no UTF-8.</summary>
    private static string Raw(JsonElement value) => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value));
}
