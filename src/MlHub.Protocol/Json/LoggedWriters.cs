using System.Text.Json;
using System.Text.Json.Serialization;
using MlHub.Protocol.Tracking;

namespace MlHub.Protocol.Json;

/// <summary>
/// Writes what runs logged, thousands of small entries in the largest answers, straight to the JSON: the serializer's own way, property by
/// property, was measured at half the time of a whole search. Answers are never read.
/// </summary>
public abstract class LoggedWriter<T> : JsonConverter<IReadOnlyList<T>>
{
    private protected static readonly JsonEncodedText Key = JsonEncodedText.Encode("key"), Value = JsonEncodedText.Encode("value");

    public override IReadOnlyList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<T> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        for (var i = 0; i < value.Count; i++)
        {
            writer.WriteStartObject();
            Write(writer, value[i]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private protected abstract void Write(Utf8JsonWriter writer, T entry);
}

/// <summary>Metrics: the latest of a run, or a history.</summary>
public sealed class LoggedMetricsWriter : LoggedWriter<LoggedMetricMessage>
{
    private static readonly JsonEncodedText Timestamp = JsonEncodedText.Encode("timestamp"), Step = JsonEncodedText.Encode("step");

    private protected override void Write(Utf8JsonWriter writer, LoggedMetricMessage entry)
    {
        writer.WriteString(Key, entry.Key);
        writer.WritePropertyName(Value);
        WireDouble.Write(writer, entry.Value);
        writer.WriteNumber(Timestamp, entry.Timestamp);
        writer.WriteNumber(Step, entry.Step);
    }
}

/// <summary>Params or tags.</summary>
public sealed class LoggedPairsWriter : LoggedWriter<KeyValuePair<string, string>>
{
    private protected override void Write(Utf8JsonWriter writer, KeyValuePair<string, string> entry)
    {
        writer.WriteString(Key, entry.Key);
        writer.WriteString(Value, entry.Value);
    }
}
