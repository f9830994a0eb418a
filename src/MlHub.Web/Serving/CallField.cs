using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MlHub.Scoring.Signatures;

namespace MlHub.Web.Serving;

/// <summary>What is written into a field of the form.</summary>
public enum CallFieldKind
{
    Number,
    Whole,
    Text,
    Truth,
    Time,

    /// <summary>Lists, objects and tensors.</summary>
    Json,
}

/// <summary>A column, tensor or param as a field of a form.</summary>
/// <param name="Name">As the signature has it.</param>
/// <param name="Type">In the signature's words.</param>
/// <param name="Default">What holds where nothing is written, as it would be written; null where nothing does.</param>
public sealed partial record CallField(string Name, string Type, CallFieldKind Kind, bool IsRequired, string? Default)
{
    public static CallField Of(SignatureField field)
    {
        var made = new CallField(field.Name, field.Type.ToString()!, KindOf(field.Type), field.Required, null);
        return field.Default is { } json && JsonNode.Parse(json) is { } value ? made with { Default = made.Shown(value) ?? json } : made;
    }

    /// <summary>A value of a request as it is written into the field; null for one that cannot be.</summary>
    public string? Shown(JsonNode? value) => value switch
    {
        null => "",
        _ when Kind == CallFieldKind.Json => value.ToJsonString(ServingSnippets.Flat),
        JsonValue plain when plain.GetValueKind() == JsonValueKind.String => (string)plain!,
        JsonValue plain => plain.ToJsonString(ServingSnippets.Flat),
        _ => null,
    };

    /// <summary>What is written in the field as a value of a request. What does not fit is sent as it is: the model refuses it in its own words.</summary>
    public JsonNode? Value(string written)
    {
        if (written.Length == 0 && (Kind != CallFieldKind.Text || !IsRequired))
        {
            return null;
        }

        return Kind switch
        {
            CallFieldKind.Number or CallFieldKind.Whole when Plain().IsMatch(written.Trim()) => JsonNode.Parse(written.Trim()),
            CallFieldKind.Truth when bool.TryParse(written, out var truth) => truth,
            CallFieldKind.Json => Parsed(written),
            _ => written,
        };
    }

    /// <summary>Whether a browser's own field for times can hold it.</summary>
    public static bool IsLocalTime(string text) => LocalTime().IsMatch(text);

    private static JsonNode? Parsed(string written)
    {
        try
        {
            return JsonNode.Parse(written, documentOptions: new() { MaxDepth = Limits.JsonDepth });
        }
        catch (JsonException)
        {
            return written;
        }
    }

    private static CallFieldKind KindOf(SignatureType type) => type is not PlainType { Name: var name } ? CallFieldKind.Json : name switch
    {
        "integer" or "long" => CallFieldKind.Whole,
        "float" or "double" => CallFieldKind.Number,
        "boolean" => CallFieldKind.Truth,
        "datetime" => CallFieldKind.Time,
        "string" or "binary" => CallFieldKind.Text,
        _ => CallFieldKind.Json,
    };

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$")]
    private static partial Regex LocalTime();

    [GeneratedRegex(@"^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$")]
    private static partial Regex Plain();
}
