namespace MlHub.Explanations;

/// <summary>Rows of an array that may be too large to be held: all of them or, where there are more, some at even distances.</summary>
/// <param name="Shape">The shape of the whole array.</param>
/// <param name="Axis">The dimension that counts rows.</param>
/// <param name="Rows">Which rows were read, in order.</param>
/// <param name="Values">Their values in C order; along <paramref name="Axis"/> there are only the rows that were read.</param>
public sealed record NpyRows(IReadOnlyList<int> Shape, int Axis, IReadOnlyList<int> Rows, double[] Values)
{
    private const int ChunkBytes = 1024 * 1024;

    /// <summary>Reads on to the last row that is wanted, in constant memory beside the result.</summary>
    /// <param name="content">Can seek.</param>
    /// <param name="axisOf">Which dimension counts rows.</param>
    /// <exception cref="InvalidDataException">The bytes are no such file, are cut off, or a row is too long.</exception>
    public static async Task<NpyRows> ReadAsync(Stream content, Func<IReadOnlyList<int>, int> axisOf, RowLimits limits, CancellationToken cancel)
    {
        var start = new byte[NpyHeader.MostBytes];
        var header = NpyHeader.Read(start.AsSpan(0, await content.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancel)));
        var axis = axisOf(header.Shape);
        // What runs from the first index to the last is the reversed shape in C's order.
        List<int> stored = [.. header.IsFortran ? header.Shape.Reverse() : header.Shape];
        var place = header.IsFortran ? stored.Count - 1 - axis : axis;
        var (outer, inner) = (Product(stored.Take(place)), Product(stored.Skip(place + 1)));
        var rowBytes = inner * header.Element.Size;
        var reach = Reach(header.Shape[axis], outer, rowBytes, limits.Bytes);
        var rows = Evenly(reach, (int)Math.Min(limits.Rows, limits.Values / Math.Max(1, outer * inner)));
        if (rows.Count == 0 && header.Shape[axis] > 0)
        {
            throw new InvalidDataException("A row of the array is too long to be read here.");
        }

        content.Position = header.Length;
        var values = new double[outer * rows.Count * inner];
        await FillAsync(values, content, header.Element, (int)outer, reach, (int)inner, rows, cancel);
        List<int> shape = [.. header.Shape];
        shape[axis] = rows.Count;
        return new(header.Shape, axis, rows, header.IsFortran ? NpyArray.InOrderOfC(values, shape) : values);
    }

    /// <summary>All of so many things or, of too many, some at even distances, the first among them.</summary>
    public static IReadOnlyList<int> Evenly(int count, int most) =>
        count <= most ? [.. Enumerable.Range(0, count)] : [.. Enumerable.Range(0, Math.Max(0, most)).Select(i => (int)((long)i * count / most))];

    private static async Task FillAsync(
        double[] values, Stream content, NpyElement element, int outer, int reach, int inner, IReadOnlyList<int> rows, CancellationToken cancel)
    {
        var rowBytes = inner * element.Size;
        var perChunk = Math.Max(1, ChunkBytes / Math.Max(1, rowBytes));
        var chunk = new byte[Math.Min(perChunk, reach) * rowBytes];
        var to = 0;
        for (var o = 0; o < outer; o++)
        {
            var next = 0;
            for (var first = 0; first < reach; first += perChunk)
            {
                var here = Math.Min(perChunk, reach - first);
                await ReadAsync(content, chunk.AsMemory(0, here * rowBytes), cancel);
                for (; next < rows.Count && rows[next] < first + here; next++)
                {
                    var from = (rows[next] - first) * rowBytes;
                    for (var i = 0; i < inner; i++, from += element.Size)
                    {
                        values[to++] = element.Read(chunk.AsSpan(from, element.Size));
                    }
                }
            }
        }
    }

    private static async Task ReadAsync(Stream content, Memory<byte> chunk, CancellationToken cancel)
    {
        if (await content.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, cancel) < chunk.Length)
        {
            throw new InvalidDataException("The values are cut off.");
        }
    }

    /// <summary>How many rows lie in what is read at all: of whole rows one after the other, the first ones.</summary>
    private static int Reach(int rows, long outer, long rowBytes, long mostBytes) =>
        outer == 1 ? (int)Math.Min(rows, mostBytes / Math.Max(1, rowBytes))
        : rowBytes <= mostBytes / Math.Max(1, outer) / Math.Max(1, rows) ? rows
        : throw new InvalidDataException($"The array is larger than {mostBytes / 1024 / 1024} MiB, and its rows do not lie one after the other.");

    private static long Product(IEnumerable<int> sizes) => sizes.Aggregate(1L, (product, size) => Math.Min(product * size, int.MaxValue));
}

/// <summary>How much of an array is read: rows, values of all rows together, and bytes of the file.</summary>
public readonly record struct RowLimits(int Rows, long Values, long Bytes);
