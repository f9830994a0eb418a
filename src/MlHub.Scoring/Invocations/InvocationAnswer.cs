using System.Text.Json;
using MlHub.Scoring.Onnx;
using MlHub.Scoring.Values;

namespace MlHub.Scoring.Invocations;

/// <summary>
/// Writes <c>{"predictions": …}</c> as MLflow's ONNX flavour answers: rows where rows were asked, with a value or a list for each output;
/// an object of tensors where tensors were asked.
/// </summary>
internal static class InvocationAnswer
{
    public static void Write(Utf8JsonWriter json, ModelInput input, IReadOnlyList<ModelPort> outputs, ModelValue[] values)
    {
        json.WriteStartObject();
        json.WritePropertyName("predictions");
        if (input.IsTable && values.All(v => IsByRow(v, input.Rows)))
        {
            WriteRows(json, input.Rows, outputs, values);
        }
        else
        {
            json.WriteStartObject();
            for (var i = 0; i < values.Length; i++)
            {
                json.WritePropertyName(outputs[i].Name);
                JsonValues.Write(json, values[i]);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static bool IsByRow(ModelValue value, int rows) => value switch
    {
        Tensor { Shape: [var count, ..] } => count == rows,
        ValueSequence sequence => sequence.Items.Count == rows,
        _ => false,
    };

    private static void WriteRows(Utf8JsonWriter json, int rows, IReadOnlyList<ModelPort> outputs, ModelValue[] values)
    {
        json.WriteStartArray();
        for (var row = 0; row < rows; row++)
        {
            json.WriteStartObject();
            for (var i = 0; i < values.Length; i++)
            {
                json.WritePropertyName(outputs[i].Name);
                if (values[i] is ValueSequence sequence)
                {
                    JsonValues.Write(json, sequence.Items[row]);
                }
                else
                {
                    JsonValues.WriteRow(json, (Tensor)values[i], row);
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
