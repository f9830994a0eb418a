using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MlHub.Scoring;

/// <summary>What a request is answered: an HTTP status and JSON.</summary>
/// <param name="Status">200, or why not.</param>
/// <param name="Body">UTF-8; raw tensors may follow the JSON.</param>
/// <param name="JsonLength">Where raw tensors follow: how long the JSON before them is. Null where there are none.</param>
public sealed record ScoringAnswer(int Status, ReadOnlyMemory<byte> Body, int? JsonLength = null)
{
    internal static readonly JsonWriterOptions Legible = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private const int MostRefusal = 4000;

    public static ScoringAnswer Of(int status, Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> body = new(256);
        using (Utf8JsonWriter json = new(body, Legible))
        {
            write(json);
        }

        return new(status, body.WrittenMemory);
    }

    /// <summary>MLflow's form of a refusal.</summary>
    public static ScoringAnswer Refusal(int status, string code, string message) => Of(status, json =>
    {
        json.WriteStartObject();
        json.WriteString("error_code", code);
        json.WriteString("message", Cut(message));
        json.WriteEndObject();
    });

    /// <summary>The Open Inference Protocol's.</summary>
    public static ScoringAnswer InferenceRefusal(int status, string message) => Of(status, json =>
    {
        json.WriteStartObject();
        json.WriteString("error", Cut(message));
        json.WriteEndObject();
    });

    private static string Cut(string message) => message.Length > MostRefusal ? message[..MostRefusal] + "..." : message;
}
