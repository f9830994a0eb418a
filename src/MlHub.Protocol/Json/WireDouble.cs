using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlHub.Protocol.Json;

/// <summary>
/// A metric's value on the wire: a number, or the texts NaN, Infinity and -Infinity. Clients of MLflow know NaN as a text and
/// infinities as the largest double of their sign, so that is how they are written.
/// </summary>
public sealed class WireDouble : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.GetDouble();
        }

        return reader.TokenType == JsonTokenType.String ? Parse(reader.GetString()!) : throw new JsonException("a number is expected");
    }

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => Write(writer, value);

    internal static void Write(Utf8JsonWriter writer, double value)
    {
        if (double.IsNaN(value))
        {
            writer.WriteStringValue("NaN"u8);
        }
        else if (value == Math.Truncate(value) && Math.Abs(value) < 1e15)
        {
            WriteWhole(writer, value);
        }
        else
        {
            writer.WriteNumberValue(Math.Clamp(value, double.MinValue, double.MaxValue));
        }
    }

    private static double Parse(string text) => text switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw new JsonException("a number is expected"),
    };

    // A client that reads 2 where it wrote 2.0 would see an integer.
    private static void WriteWhole(Utf8JsonWriter writer, double value)
    {
        Span<byte> text = stackalloc byte[24];
        value.TryFormat(text, out var length, "F1", CultureInfo.InvariantCulture);
        writer.WriteRawValue(text[..length], skipInputValidation: true);
    }
}
