using System.Text.Json;
using MlHub.Scoring.Onnx;
using MlHub.Scoring.Values;

namespace MlHub.Scoring.Invocations;

/// <summary>Writes <c>{"predictions": …}</c> as MLflow's scoring server does: rows as records with a value or a list for each output.</summary>
internal static class InvocationAnswer
{
    public static void Write(Utf8JsonWriter json, ModelAnswer answer)
    {
        json.WriteStartObject();
        json.WritePropertyName("predictions");
        switch (answer.Form)
        {
            case AnswerForm.Rows:
                WriteRows(json, answer.Names, answer.Values);
                break;
            case AnswerForm.Bare:
                JsonValues.Write(json, answer.Values[0]);
                break;
            default:
                json.WriteStartObject();
                for (var i = 0; i < answer.Values.Length; i++)
                {
                    json.WritePropertyName(answer.Names[i]);
                    JsonValues.Write(json, answer.Values[i]);
                }

                json.WriteEndObject();
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteRows(Utf8JsonWriter json, IReadOnlyList<string> names, ModelValue[] values)
    {
        var rows = values.Length > 0 ? RowsOf(values[0]) : 0;
        json.WriteStartArray();
        for (var row = 0; row < rows; row++)
        {
            json.WriteStartObject();
            for (var i = 0; i < values.Length; i++)
            {
                json.WritePropertyName(names[i]);
                WriteRow(json, values[i], row);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static int RowsOf(ModelValue value) => value switch
    {
        Tensor tensor => (int)tensor.Shape[0],
        ValueSequence sequence => sequence.Items.Count,
        JsonValue { Value: var list } => list.GetArrayLength(),
        _ => 0,
    };

    private static void WriteRow(Utf8JsonWriter json, ModelValue value, int row)
    {
        switch (value)
        {
            case Tensor tensor:
                JsonValues.WriteRow(json, tensor, row);
                break;
            case ValueSequence sequence:
                JsonValues.Write(json, sequence.Items[row]);
                break;
            case JsonValue { Value: var list }:
                list[row].WriteTo(json);
                break;
        }
    }
}
