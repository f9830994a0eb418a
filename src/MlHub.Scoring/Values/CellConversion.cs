using MlHub.Scoring.Onnx;

namespace MlHub.Scoring.Values;

/// <summary>Puts what was sent into the elements of a tensor, where it fits without loss. Missing numbers are NaN where the type has one.</summary>
public static class CellConversion
{
    /// <summary>Null where it went well; else what is wrong with the value.</summary>
    public static string? Put(Cell cell, Tensor into, int at) => into.Data switch
    {
        float[] data => Real(cell, out var number, float.MaxValue) is { } wrong ? wrong : Set(data, at, (float)number),
        double[] data => Real(cell, out var number, double.MaxValue) is { } wrong ? wrong : Set(data, at, number),
        Half[] data => Real(cell, out var number, (double)Half.MaxValue) is { } wrong ? wrong : Set(data, at, (Half)number),
        long[] data => Whole(cell, long.MinValue, long.MaxValue, out var number) is { } wrong ? wrong : Set(data, at, (long)number),
        int[] data => Whole(cell, int.MinValue, int.MaxValue, out var number) is { } wrong ? wrong : Set(data, at, (int)number),
        short[] data => Whole(cell, short.MinValue, short.MaxValue, out var number) is { } wrong ? wrong : Set(data, at, (short)number),
        sbyte[] data => Whole(cell, sbyte.MinValue, sbyte.MaxValue, out var number) is { } wrong ? wrong : Set(data, at, (sbyte)number),
        ulong[] data => Whole(cell, ulong.MinValue, ulong.MaxValue, out var number) is { } wrong ? wrong : Set(data, at, (ulong)number),
        uint[] data => Whole(cell, uint.MinValue, uint.MaxValue, out var number) is { } wrong ? wrong : Set(data, at, (uint)number),
        ushort[] when into.Type == ElementType.BFloat16 => "bfloat16 cannot be sent as text",
        ushort[] data => Whole(cell, ushort.MinValue, ushort.MaxValue, out var number) is { } wrong ? wrong : Set(data, at, (ushort)number),
        byte[] data => Whole(cell, byte.MinValue, byte.MaxValue, out var number) is { } wrong ? wrong : Set(data, at, (byte)number),
        bool[] data => cell.Truth is { } truth ? Set(data, at, truth) : $"{cell.Shown} is neither true nor false",
        string[] data => cell.Text is { } text ? Set(data, at, text) : cell.IsMissing ? "a value is missing" : $"{cell.Shown} is no text",
        _ => $"values of {into.Type} cannot be sent",
    };

    private static string? Set<T>(T[] data, int at, T value)
    {
        data[at] = value;
        return null;
    }

    private static string? Real(Cell cell, out double number, double most)
    {
        if (cell.IsMissing)
        {
            number = double.NaN;
            return null;
        }

        return !cell.TryNumber(out number) ? $"could not convert {cell.Shown} to float"
            : double.IsFinite(number) && Math.Abs(number) > most ? $"{cell.Shown} is beyond what the type holds"
            : null;
    }

    private static string? Whole(Cell cell, Int128 least, Int128 most, out Int128 number)
    {
        number = 0;
        return cell.IsMissing ? "a value is missing, and whole numbers have none that stands for it"
            : cell.TryWhole(out number) ? (number < least || number > most ? $"{cell.Shown} is beyond what the type holds" : null)
            : cell.TryNumber(out _) ? $"{cell.Shown} is no whole number"
            : $"could not convert {cell.Shown} to a whole number";
    }
}
