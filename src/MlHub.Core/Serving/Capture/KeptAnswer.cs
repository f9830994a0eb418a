using System.Buffers;
using System.Text.Json;
using MlHub.Scoring;

namespace MlHub.Serving.Capture;

/// <summary>Makes of an answer what is kept of it: its JSON without what is redacted. Raw tensors are not kept.</summary>
internal static class KeptAnswer
{
    /// <summary><c>null</c> where the model did not answer JSON.</summary>
    public static byte[] Of(ScoringAnswer? answer, Redaction redaction)
    {
        try
        {
            using var document = JsonDocument.Parse(answer is null ? "null"u8.ToArray() : answer.JsonLength is { } length ? answer.Body[..length] : answer.Body);
            ArrayBufferWriter<byte> kept = new(256);
            using (Utf8JsonWriter json = new(kept))
            {
                if (redaction.HidesOutputs && IsNameless(document.RootElement))
                {
                    json.WriteNullValue();
                }
                else if (redaction.IsEmpty || document.RootElement.ValueKind != JsonValueKind.Object)
                {
                    redaction.Write(json, document.RootElement);
                }
                else
                {
                    // An answer repeats what its caller called the request.
                    json.WriteStartObject();
                    foreach (var part in document.RootElement.EnumerateObject().Where(p => p.Name is "predictions" or "outputs" && !redaction.Hides(p.Name)))
                    {
                        json.WritePropertyName(part.Name);
                        redaction.Write(json, part.Value);
                    }

                    json.WriteEndObject();
                }
            }

            return kept.WrittenSpan.ToArray();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return "null"u8.ToArray();
        }
    }

    /// <summary>Values that stand under no name may be those of a redacted output.</summary>
    private static bool IsNameless(JsonElement answer) =>
        !(answer.ValueKind == JsonValueKind.Object
          && (answer.TryGetProperty("outputs", out _)
              || (answer.TryGetProperty("predictions", out var predictions)
                  && (predictions.ValueKind == JsonValueKind.Object || (predictions.ValueKind == JsonValueKind.Array && predictions.EnumerateArray().All(p => p.ValueKind == JsonValueKind.Object))))));
}
