namespace MlHub.Explanations;

/// <summary>Rows of numbers, one after the other.</summary>
public sealed record GraphMatrix(int Rows, int Columns, double[] Values)
{
    public Span<double> Row(int row) => Values.AsSpan(row * Columns, Columns);

    /// <summary>Some rows, one after the other.</summary>
    public GraphMatrix Part(int first, int rows) => new(rows, Columns, Values.AsSpan(first * Columns, rows * Columns).ToArray());

    public static GraphMatrix Of(IReadOnlyList<double[]> rows)
    {
        var matrix = new GraphMatrix(rows.Count, rows.Count > 0 ? rows[0].Length : 0, new double[rows.Sum(r => r.Length)]);
        for (var r = 0; r < rows.Count; r++)
        {
            rows[r].CopyTo(matrix.Row(r));
        }

        return matrix;
    }

    /// <summary>Each number by itself.</summary>
    public GraphMatrix Each(Func<double, double> of) => this with { Values = Array.ConvertAll(Values, v => of(v)) };

    /// <summary>Each row by itself, in a copy.</summary>
    public GraphMatrix EachRow(Action<Span<double>> change)
    {
        var copy = this with { Values = (double[])Values.Clone() };
        for (var r = 0; r < Rows; r++)
        {
            change(copy.Row(r));
        }

        return copy;
    }

    /// <summary>Each row made into one of another length.</summary>
    public GraphMatrix Into(int columns, RowFunction of)
    {
        var made = new GraphMatrix(Rows, columns, new double[Rows * columns]);
        for (var r = 0; r < Rows; r++)
        {
            of(Row(r), made.Row(r));
        }

        return made;
    }
}

/// <summary>Fills <paramref name="made"/> from <paramref name="row"/>.</summary>
public delegate void RowFunction(ReadOnlySpan<double> row, Span<double> made);
