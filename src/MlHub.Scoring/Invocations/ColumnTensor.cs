using System.Text.Json;
using MlHub.Scoring.Onnx;
using MlHub.Scoring.Values;

namespace MlHub.Scoring.Invocations;

/// <summary>Makes a tensor of a column of values or of equally long lists.</summary>
internal static class ColumnTensor
{
    /// <summary>Of shape (rows). Where texts may be missing, they are null.</summary>
    /// <exception cref="ScoringException">Invalid, naming the column, its type and the value that does not fit.</exception>
    public static Tensor Of(string name, ElementType type, Cell[] cells, bool missingTexts = false)
    {
        var tensor = Tensor.Of(type, [cells.Length]);
        for (var i = 0; i < cells.Length; i++)
        {
            if (!(missingTexts && type == ElementType.String && cells[i].IsMissing) && CellConversion.Put(cells[i], tensor, i) is { } wrong)
            {
                throw Refused(name, type, cells, i, wrong);
            }
        }

        return tensor;
    }

    /// <summary>Of shape (rows, ...).</summary>
    public static Tensor OfLists(string name, ElementType type, Cell[] cells)
    {
        List<Tensor> rows = new(cells.Length);
        for (var i = 0; i < cells.Length; i++)
        {
            rows.Add(NestedLists.Read(cells[i].List ?? throw Refused(name, type, cells, i, $"{cells[i].Shown} is no list"), type, name));
            if (!rows[i].Shape.AsSpan().SequenceEqual(rows[0].Shape))
            {
                throw Refused(name, type, cells, i, "the lists are of different lengths");
            }
        }

        long[] inner = rows.Count > 0 ? rows[0].Shape : [0];
        var whole = Tensor.Of(type, [rows.Count, .. inner]);
        for (var (i, at) = (0, 0); i < rows.Count; at += rows[i++].Data.Length)
        {
            rows[i].Data.CopyTo(whole.Data, at);
        }

        return whole;
    }

    /// <summary>Whole numbers with holes became real ones on their way: MLflow tells of that apart.</summary>
    private static ScoringException Refused(string name, ElementType type, Cell[] cells, int row, string wrong)
    {
        var isWhole = type is not (ElementType.Float or ElementType.Double or ElementType.Float16 or ElementType.String or ElementType.Bool);
        var safely = isWhole && cells[row].TryNumber(out _) && !cells[row].TryWhole(out _)
            ? $" Incompatible input types for column {name}. Can not safely convert float64 to {type.ToNumpy()}."
            : isWhole && cells[row].IsMissing
            ? $" Incompatible input types for column {name}. Can not safely convert float64 to {type.ToNumpy()}: whole numbers with missing values are represented as floats."
            : "";
        return ScoringException.Invalid(
            $"Invalid input. Data is not compatible with model signature. Failed to convert column {name} to type '{type.ToNumpy()}'. Error: '{wrong}' (row {row}).{safely}");
    }
}
