using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlHub.Client;

/// <summary>Writes rows as the scoring protocol has them, so that they are read by the very code that reads requests to the hub.</summary>
internal static class ScoringRequest
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { new NumberOrNothing(), new WidenedNumber() } };

    /// <exception cref="MlHubException">BadInput for what is no row.</exception>
    public static byte[] Of(object rows, IReadOnlyDictionary<string, object?>? parameters)
    {
        ArgumentNullException.ThrowIfNull(rows);
        List<object?> list = rows is IEnumerable many && !IsRow(rows) ? [.. many.Cast<object?>()] : [rows];
        if (list.Find(r => r is null || !IsRow(r)) is var wrong && list.Exists(r => r is null || !IsRow(r)))
        {
            throw new MlHubException(MlHubProblem.BadInput, $"{(wrong is null ? "null" : $"A {wrong.GetType().Name}")} is no row: a row is a dictionary or an object whose properties are the columns.");
        }

        Dictionary<string, object> request = new() { ["dataframe_records"] = list };
        if (parameters is { Count: > 0 })
        {
            request["params"] = parameters;
        }

        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(request, Options);
        }
        catch (Exception e) when (e is NotSupportedException or JsonException or ArgumentException)
        {
            throw new MlHubException(MlHubProblem.BadInput, $"The rows cannot be written as JSON: {e.Message}", e);
        }
    }

    private static bool IsRow(object row) =>
        row is IDictionary or JsonElement { ValueKind: JsonValueKind.Object } or System.Text.Json.Nodes.JsonObject
        || row.GetType().GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
        || (row is not IEnumerable and not JsonElement && !row.GetType().IsPrimitive && row is not (decimal or DateTime or DateTimeOffset or Enum));

    /// <summary>JSON has no NaN: what is missing is null. Infinities it cannot say at all.</summary>
    private sealed class NumberOrNothing : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsNaN(value))
            {
                writer.WriteNullValue();
            }
            else
            {
                writer.WriteNumberValue(value);
            }
        }
    }

    /// <summary>Written as the double that it is: its own shortest digits would be another double's.</summary>
    private sealed class WidenedNumber : JsonConverter<float>
    {
        public override float Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.GetSingle();

        public override void Write(Utf8JsonWriter writer, float value, JsonSerializerOptions options)
        {
            if (float.IsNaN(value))
            {
                writer.WriteNullValue();
            }
            else
            {
                writer.WriteNumberValue((double)value);
            }
        }
    }
}
