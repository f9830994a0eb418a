using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlHub.Protocol.Json;

/// <summary>An int64 as clients send it: a number or its text. A fraction is refused. It is always written as a number.</summary>
public sealed class LenientInt64 : JsonConverter<long>
{
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.TryGetInt64(out var number) ? number : FromDecimal(ref reader);
        }

        return reader.TokenType == JsonTokenType.String
            && long.TryParse(reader.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed)
            ? parsed
            : throw new JsonException("a 64-bit integer is expected");
    }

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);

    // 3.0 and 1e3 are integers too.
    private static long FromDecimal(ref Utf8JsonReader reader) =>
        reader.TryGetDecimal(out var value) && value == decimal.Truncate(value) && value is >= long.MinValue and <= long.MaxValue
            ? (long)value
            : throw new JsonException("a 64-bit integer is expected");
}
