using MlHub.Scoring.Onnx;

namespace MlHub.Scoring.Values;

/// <summary>Columns beside each other, row by row in memory.</summary>
public static class Matrix
{
    /// <param name="type">Of every column.</param>
    /// <param name="rows">How many each column has.</param>
    /// <param name="columns">Tensors of shape (rows).</param>
    public static Tensor Of(ElementType type, int rows, IReadOnlyList<Tensor> columns)
    {
        var matrix = Tensor.Of(type, [rows, columns.Count]);
        for (var c = 0; c < columns.Count; c++)
        {
            Spread(columns[c].Data, matrix.Data, c, columns.Count);
        }

        return matrix;
    }

    private static void Spread(Array column, Array matrix, int at, int width)
    {
        switch (column, matrix)
        {
            case (float[] from, float[] to):
                Spread(from, to, at, width);
                break;
            case (double[] from, double[] to):
                Spread(from, to, at, width);
                break;
            case (long[] from, long[] to):
                Spread(from, to, at, width);
                break;
            case (string[] from, string[] to):
                Spread(from, to, at, width);
                break;
            default:
                for (var i = 0; i < column.Length; i++)
                {
                    matrix.SetValue(column.GetValue(i), (i * width) + at);
                }

                break;
        }
    }

    private static void Spread<T>(T[] column, T[] matrix, int at, int width)
    {
        for (var i = 0; i < column.Length; i++)
        {
            matrix[(i * width) + at] = column[i];
        }
    }
}
