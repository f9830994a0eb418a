using System.Globalization;
using System.Text.Json;
using MlHub.Scoring.Onnx;

namespace MlHub.Scoring.Values;

/// <summary>Writes what a model answers as JSON. NaN and the infinities, for which JSON has no number, are null.</summary>
public static class JsonValues
{
    public static void Write(Utf8JsonWriter json, ModelValue value)
    {
        switch (value)
        {
            case Tensor tensor:
                var at = 0;
                Write(json, tensor, 0, ref at);
                break;
            case ValueSequence sequence:
                json.WriteStartArray();
                foreach (var item in sequence.Items)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            case ValueMap map:
                json.WriteStartObject();
                for (var i = 0; i < map.Keys.Data.Length; i++)
                {
                    json.WritePropertyName(Convert.ToString(map.Keys.Data.GetValue(i), CultureInfo.InvariantCulture)!);
                    WriteElement(json, map.Values.Data, i);
                }

                json.WriteEndObject();
                break;
            case JsonValue whole:
                whole.Value.WriteTo(json);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    /// <summary>All elements in one list.</summary>
    public static void WriteFlat(Utf8JsonWriter json, Tensor tensor)
    {
        json.WriteStartArray();
        for (var i = 0; i < tensor.Data.Length; i++)
        {
            WriteElement(json, tensor.Data, i);
        }

        json.WriteEndArray();
    }

    /// <summary>One row of a tensor: a value where it has one for each row, else lists.</summary>
    public static void WriteRow(Utf8JsonWriter json, Tensor tensor, int row)
    {
        var width = tensor.Data.Length / (int)tensor.Shape[0];
        var at = row * width;
        if (width == 1)
        {
            WriteElement(json, tensor.Data, at);
        }
        else
        {
            Write(json, tensor, 1, ref at);
        }
    }

    private static void Write(Utf8JsonWriter json, Tensor tensor, int depth, ref int at)
    {
        if (depth == tensor.Shape.Length)
        {
            WriteElement(json, tensor.Data, at++);
            return;
        }

        json.WriteStartArray();
        for (var i = 0; i < tensor.Shape[depth]; i++)
        {
            Write(json, tensor, depth + 1, ref at);
        }

        json.WriteEndArray();
    }

    private static void WriteElement(Utf8JsonWriter json, Array data, int at)
    {
        switch (data)
        {
            case float[] numbers when float.IsFinite(numbers[at]):
                json.WriteNumberValue(numbers[at]);
                break;
            case double[] numbers when double.IsFinite(numbers[at]):
                json.WriteNumberValue(numbers[at]);
                break;
            case Half[] numbers when Half.IsFinite(numbers[at]):
                json.WriteNumberValue((float)numbers[at]);
                break;
            case float[] or double[] or Half[]:
                json.WriteNullValue();
                break;
            case long[] numbers:
                json.WriteNumberValue(numbers[at]);
                break;
            case ulong[] numbers:
                json.WriteNumberValue(numbers[at]);
                break;
            case bool[] truths:
                json.WriteBooleanValue(truths[at]);
                break;
            case string[] texts:
                json.WriteStringValue(texts[at]);
                break;
            default:
                json.WriteNumberValue(Convert.ToInt64(data.GetValue(at), CultureInfo.InvariantCulture));
                break;
        }
    }
}
