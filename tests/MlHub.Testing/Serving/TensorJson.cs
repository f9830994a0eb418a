using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MlHub.Scoring.Onnx;

namespace MlHub.Testing.Serving;

/// <summary>Tensors of floats and whole numbers as lists of JSON, and back, without the product's own reader and writer.</summary>
public static class TensorJson
{
    /// <summary>Lists within lists; a rank of zero is a value alone.</summary>
    public static string Nested(Tensor tensor) => Nested(tensor, 0, 0, tensor.Data.Length);

    public static string Flat(Tensor tensor) => $"[{string.Join(", ", Enumerable.Range(0, tensor.Data.Length).Select(i => Element(tensor, i)))}]";

    /// <summary>One of the tensor's rows.</summary>
    public static string Row(Tensor tensor, int row)
    {
        var width = tensor.Data.Length / (int)tensor.Shape[0];
        return Nested(tensor, 1, row * width, width);
    }

    /// <summary>The shape of lists within lists, and the floats in them.</summary>
    public static (long[] Shape, float[] Values) Read(JsonNode lists)
    {
        List<long> shape = [];
        for (var at = lists; at is JsonArray list; at = list.Count > 0 ? list[0] : null)
        {
            shape.Add(list.Count);
        }

        List<float> values = [];
        Collect(lists, values);
        return ([.. shape], [.. values]);
    }

    public static byte[] Raw(Tensor tensor)
    {
        var bytes = new byte[Buffer.ByteLength(tensor.Data)];
        Buffer.BlockCopy(tensor.Data, 0, bytes, 0, bytes.Length);
        return bytes;
    }

    private static void Collect(JsonNode? node, List<float> values)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list)
            {
                Collect(item, values);
            }
        }
        else
        {
            values.Add((float)node!);
        }
    }

    private static string Nested(Tensor tensor, int depth, int from, int count)
    {
        if (depth == tensor.Shape.Length)
        {
            return Element(tensor, from);
        }

        var (size, text) = ((int)tensor.Shape[depth], new StringBuilder("["));
        for (var i = 0; i < size; i++)
        {
            text.Append(i > 0 ? ", " : "").Append(Nested(tensor, depth + 1, from + (i * (count / size)), count / size));
        }

        return text.Append(']').ToString();
    }

    private static string Element(Tensor tensor, int at) => tensor.Data switch
    {
        float[] numbers => numbers[at].ToString("R", CultureInfo.InvariantCulture),
        long[] numbers => numbers[at].ToString(CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException(),
    };
}
