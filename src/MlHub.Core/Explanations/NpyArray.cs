namespace MlHub.Explanations;

/// <summary>
/// An array of numbers as NumPy saves it, with its values in C order whatever order they were saved in. Objects, texts and structures
/// are not read.
/// </summary>
public sealed record NpyArray(IReadOnlyList<int> Shape, double[] Values)
{
    /// <exception cref="InvalidDataException">The bytes are no such file, are cut off, hold something else than numbers, or more of them than <paramref name="mostValues"/>.</exception>
    public static NpyArray Read(ReadOnlySpan<byte> file, int mostValues)
    {
        var header = NpyHeader.Read(file);
        var count = header.Shape.Aggregate(1L, (product, size) => product > mostValues ? product : product * size);
        if (count > mostValues)
        {
            throw new InvalidDataException($"The array has more than {mostValues} values.");
        }

        var data = file[header.Length..];
        var size = header.Element.Size;
        if (size * count > data.Length)
        {
            throw new InvalidDataException("The values are cut off.");
        }

        var values = new double[count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = header.Element.Read(data.Slice(i * size, size));
        }

        return new(header.Shape, header.IsFortran ? InOrderOfC(values, header.Shape) : values);
    }

    /// <summary>From the first index running fastest to the last.</summary>
    internal static double[] InOrderOfC(double[] values, IReadOnlyList<int> shape)
    {
        var ordered = new double[values.Length];
        var index = new int[shape.Count];
        for (var from = 0; from < values.Length; from++)
        {
            var to = 0;
            for (var d = 0; d < shape.Count; d++)
            {
                to = to * shape[d] + index[d];
            }

            ordered[to] = values[from];
            for (var d = 0; d < shape.Count && ++index[d] == shape[d]; d++)
            {
                index[d] = 0;
            }
        }

        return ordered;
    }
}
