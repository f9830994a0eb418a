using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MlHub.Explanations;

/// <summary>What a file of NumPy's says of its array (format 1.0 to 3.0: numpy.org, "numpy.lib.format").</summary>
/// <param name="Shape">How many values there are in each dimension.</param>
/// <param name="Element">How a value is stored.</param>
/// <param name="IsFortran">Whether the first index runs fastest.</param>
/// <param name="Length">Where the values begin, in bytes.</param>
internal sealed partial record NpyHeader(IReadOnlyList<int> Shape, NpyElement Element, bool IsFortran, int Length)
{
    private const int MostHeader = 64 * 1024;

    /// <summary>As many bytes hold any header that is read.</summary>
    public const int MostBytes = 12 + MostHeader;

    /// <exception cref="InvalidDataException">The bytes do not begin such a file, or it holds something else than numbers.</exception>
    public static NpyHeader Read(ReadOnlySpan<byte> file)
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
        return new(ShapeOf(header), NpyElement.Of(Description().Match(header).Groups[1].Value), FortranOrder().IsMatch(header), start + (int)length);
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

    [GeneratedRegex(@"'descr':\s*'([^']*)'", RegexOptions.CultureInvariant)]
    private static partial Regex Description();

    [GeneratedRegex(@"'fortran_order':\s*True", RegexOptions.CultureInvariant)]
    private static partial Regex FortranOrder();

    [GeneratedRegex(@"'shape':\s*\(([^)]*)\)", RegexOptions.CultureInvariant)]
    private static partial Regex Dimensions();
}
