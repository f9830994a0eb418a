namespace MlHub.Compare;

/// <summary>A random forest over columns of numbers (Breiman 2001), grown to tell how much each column matters. Always the same for the same data.</summary>
internal sealed class RegressionForest
{
    private const int Trees = 100;
    private const int LeastLeaf = 3;

    /// <summary>What a tree sees, and on what it is tried: more makes it slower and hardly better.</summary>
    private const int RowsPerTree = 256;
    private const int MostDepth = 12;

    private readonly double[][] _columns;
    private readonly double[] _target;
    private readonly Random _random = new(1);

    public RegressionForest(double[][] columns, double[] target)
    {
        (_columns, _target) = (columns, target);
    }

    /// <summary>
    /// For each column how much the squared error on rows that a tree has not seen rises when the column is mixed among them, on average
    /// over all trees and as a part of the target's variance; never below 0.
    /// </summary>
    public double[] ErrorRises()
    {
        var rises = new double[_columns.Length];
        var mean = _target.Average();
        var variance = _target.Average(t => (t - mean) * (t - mean));
        if (variance == 0 || _columns.Length == 0)
        {
            return rises;
        }

        for (var t = 0; t < Trees; t++)
        {
            int[] drawn = [.. Enumerable.Range(0, Math.Min(_target.Length, RowsPerTree)).Select(_ => _random.Next(_target.Length))];
            int[] unseen = [.. Enumerable.Range(0, _target.Length).Except(drawn)];
            _random.Shuffle(unseen);
            unseen = unseen[..Math.Min(unseen.Length, RowsPerTree)];
            if (unseen.Length == 0)
            {
                continue;
            }

            var root = Grow(drawn, MostDepth);
            var error = unseen.Average(r => Squared(root.Predict(c => _columns[c][r]) - _target[r]));
            for (var column = 0; column < _columns.Length; column++)
            {
                var mixed = (int[])unseen.Clone();
                _random.Shuffle(mixed);
                rises[column] += unseen.Select((r, i) => Squared(root.Predict(c => _columns[c][c == column ? mixed[i] : r]) - _target[r])).Average() - error;
            }
        }

        return [.. rises.Select(r => Math.Max(0, r / Trees / variance))];
    }

    private static double Squared(double value) => value * value;

    private sealed record Node(double Value, int Column = -1, double Threshold = 0, Node? Low = null, Node? High = null)
    {
        public double Predict(Func<int, double> valueOf)
        {
            var node = this;
            while (node.Low is not null)
            {
                node = valueOf(node.Column) <= node.Threshold ? node.Low : node.High!;
            }

            return node.Value;
        }
    }

    private Node Grow(int[] rows, int depth)
    {
        var mean = rows.Average(r => _target[r]);
        if (depth == 0 || rows.Length < 2 * LeastLeaf || BestSplitOrNull(rows) is not { } split)
        {
            return new(mean);
        }

        var sides = rows.ToLookup(r => _columns[split.Column][r] <= split.Threshold);
        return new(mean, split.Column, split.Threshold, Grow([.. sides[true]], depth - 1), Grow([.. sides[false]], depth - 1));
    }

    /// <summary>Of a third of the columns, drawn anew for each node, the split that leaves the least squared error.</summary>
    private (int Column, double Threshold)? BestSplitOrNull(int[] rows)
    {
        int[] columns = [.. Enumerable.Range(0, _columns.Length)];
        _random.Shuffle(columns);
        (int Column, double Threshold)? best = null;
        var most = 1e-12;
        foreach (var column in columns.Take(Math.Max(1, (_columns.Length + 2) / 3)))
        {
            int[] sorted = [.. rows.OrderBy(r => _columns[column][r])];
            var (total, sum) = (rows.Sum(r => _target[r]), 0.0);
            for (var i = 1; i < sorted.Length; i++)
            {
                sum += _target[sorted[i - 1]];
                var (low, high) = (_columns[column][sorted[i - 1]], _columns[column][sorted[i]]);
                if (i < LeastLeaf || sorted.Length - i < LeastLeaf || low == high)
                {
                    continue;
                }

                // The squared error falls by this much (between-group sum of squares).
                var fall = sum * sum / i + (total - sum) * (total - sum) / (sorted.Length - i) - total * total / sorted.Length;
                if (fall > most)
                {
                    (most, best) = (fall, (column, low + (high - low) / 2));
                }
            }
        }

        return best;
    }
}
