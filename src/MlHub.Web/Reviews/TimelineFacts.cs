using System.Text.Json;
using MlHub.Registry;

namespace MlHub.Web.Reviews;

/// <summary>What an event's before and after hold. Their shape is the event's own, so what is not there is left out.</summary>
internal static class TimelineFacts
{
    public static string? Text(this JsonElement? facts, string name) =>
        facts is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text : null,
                JsonValueKind.Number => value.GetRawText(),
                _ => null,
            }
            : null;

    /// <summary>Stages are written by their name or their number.</summary>
    public static Stage? Stage(this JsonElement? facts, string name = "stage") =>
        facts.Text(name) is { } text ? Stages.ParseOrNull(text) ?? (short.TryParse(text, out var number) ? (Stage)number : null) : null;
}
