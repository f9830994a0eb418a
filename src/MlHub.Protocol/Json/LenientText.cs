using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlHub.Protocol.Json;

/// <summary>An id or a name of an enum that some clients send as a number, such as <c>experiment_id</c>. Other texts must be texts, as MLflow has it.</summary>
public sealed class LenientText : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
        _ => throw new JsonException("a text is expected"),
    };

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
