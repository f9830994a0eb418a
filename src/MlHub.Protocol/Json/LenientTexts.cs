using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlHub.Protocol.Json;

/// <summary>A list of such texts, such as <c>experiment_ids</c>.</summary>
public sealed class LenientTexts : JsonConverter<List<string>>
{
    private static readonly LenientText Text = new();

    public override List<string>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("a list is expected");
        }

        List<string> texts = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            texts.Add(Text.Read(ref reader, typeof(string), options)!);
        }

        return texts;
    }

    public override void Write(Utf8JsonWriter writer, List<string> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        value.ForEach(writer.WriteStringValue);
        writer.WriteEndArray();
    }
}
