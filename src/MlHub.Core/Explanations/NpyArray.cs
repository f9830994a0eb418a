using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MlHub.Explanations;

/// <summary>
/// An array of numbers as NumPy saves it (format 1.0 to 3.0: numpy.org, "numpy.lib.format"), with its values in C order whatever order they
/// were saved in. Objects, texts and structures are not read: they would have to be unpickled.
/// </summary>
public sealed partial record NpyArray(IReadOnlyList<int> Shape, double[] Values)
{
    private const int MostHeader = 64 * 1024;

    /// <exception cref="InvalidDataException">The bytes are no such file, are cut off, hold something else than numbers, or more of them than <paramref name="mostValues"/>.</exception>
    public static NpyArray Read(ReadOnlySpan<byte> file, int mostValues)
    {
        if (file.Length < 12 || file[0] != 0x93 || !file[1..6].SequenceEqual("NUMPY"u8))
        {
            throw new InvalidDataException("This is not a file of NumPy's.");
        }

        var isLong = file[6] >= 2;
        if (file[6] is < 1 or > 3)
        {
            throw new InvalidDataException($"Version {file[6]} of NumPy's format is not read here.");
        }

        var length = isLong ? BinaryPrimitives.ReadUInt32LittleEndian(file[8..]) : BinaryPrimitives.ReadUInt16LittleEndian(file[8..]);
        var start = isLong ? 12 : 10;
        if (length > MostHeader || start + length > file.Length)
        {
            throw new InvalidDataException("The header is cut off.");
        }

        var header = Encoding.Latin1.GetString(file.Slice(start, (int)length));
        var shape = ShapeOf(header);
        var count = shape.Aggregate(1L, (product, size) => product > mostValues ? product : product * size);
        if (count > mostValues)
        {
            throw new InvalidDataException($"The array has more than {mostValues} values.");
        }

        var values = ReadValues(file[(start + (int)length)..], Description().Match(header).Groups[1].Value, (int)count);
        return new(shape, FortranOrder().IsMatch(header) ? Reordered(values, shape) : values);
    }

    private static int[] ShapeOf(string header)
    {
        if (Dimensions().Match(header) is not { Success: true } match)
        {
            throw new InvalidDataException("The header names no shape.");
        }

        return [.. match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(d => int.TryParse(d, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : throw new InvalidDataException("The header names no shape."))];
    }

    private static double[] ReadValues(ReadOnlySpan<byte> data, string type, int count)
    {
        var (size, read) = ReaderOf(type);
        if ((long)size * count > data.Length)
        {
            throw new InvalidDataException("The values are cut off.");
        }

        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = read(data.Slice(i * size, size));
        }

        return values;
    }

    private delegate double Reader(ReadOnlySpan<byte> bytes);

    private static (int Size, Reader Read) ReaderOf(string type) => type switch
    {
        "<f8" => (8, b => BinaryPrimitives.ReadDoubleLittleEndian(b)),
        ">f8" => (8, b => BinaryPrimitives.ReadDoubleBigEndian(b)),
        "<f4" => (4, b => BinaryPrimitives.ReadSingleLittleEndian(b)),
        ">f4" => (4, b => BinaryPrimitives.ReadSingleBigEndian(b)),
        "<f2" => (2, b => (double)BinaryPrimitives.ReadHalfLittleEndian(b)),
        ">f2" => (2, b => (double)BinaryPrimitives.ReadHalfBigEndian(b)),
        "<i8" => (8, b => BinaryPrimitives.ReadInt64LittleEndian(b)),
        ">i8" => (8, b => BinaryPrimitives.ReadInt64BigEndian(b)),
        "<i4" => (4, b => BinaryPrimitives.ReadInt32LittleEndian(b)),
        ">i4" => (4, b => BinaryPrimitives.ReadInt32BigEndian(b)),
        "<i2" => (2, b => BinaryPrimitives.ReadInt16LittleEndian(b)),
        ">i2" => (2, b => BinaryPrimitives.ReadInt16BigEndian(b)),
        "<u8" => (8, b => BinaryPrimitives.ReadUInt64LittleEndian(b)),
        ">u8" => (8, b => BinaryPrimitives.ReadUInt64BigEndian(b)),
        "<u4" => (4, b => BinaryPrimitives.ReadUInt32LittleEndian(b)),
        ">u4" => (4, b => BinaryPrimitives.ReadUInt32BigEndian(b)),
        "<u2" => (2, b => BinaryPrimitives.ReadUInt16LittleEndian(b)),
        ">u2" => (2, b => BinaryPrimitives.ReadUInt16BigEndian(b)),
        "|i1" => (1, b => (sbyte)b[0]),
        "|u1" or "|b1" => (1, b => b[0]),
        _ => throw new InvalidDataException($"Values of type '{type}' are not read here."),
    };

    /// <summary>From the first index running fastest to the last.</summary>
    private static double[] Reordered(double[] values, int[] shape)
    {
        var ordered = new double[values.Length];
        var index = new int[shape.Length];
        for (var from = 0; from < values.Length; from++)
        {
            var to = 0;
            for (var d = 0; d < shape.Length; d++)
            {
                to = to * shape[d] + index[d];
            }

            ordered[to] = values[from];
            for (var d = 0; d < shape.Length && ++index[d] == shape[d]; d++)
            {
                index[d] = 0;
            }
        }

        return ordered;
    }

    [GeneratedRegex(@"'descr':\s*'([^']*)'", RegexOptions.CultureInvariant)]
    private static partial Regex Description();

    [GeneratedRegex(@"'fortran_order':\s*True", RegexOptions.CultureInvariant)]
    private static partial Regex FortranOrder();

    [GeneratedRegex(@"'shape':\s*\(([^)]*)\)", RegexOptions.CultureInvariant)]
    private static partial Regex Dimensions();
}
