namespace MlHub.Demo.Boosting;

/// <summary>Grows a tree greedily: each branch takes the split with the largest fall in squared error, found from histograms (as LightGBM does, Ke et al. 2017).</summary>
internal sealed class TreeGrower(FeatureBins bins, BoostingOptions options)
{
    private const double LeastGain = 1e-9;

    private readonly double[] _sums = new double[FeatureBins.MaxBins];
    private readonly int[] _counts = new int[FeatureBins.MaxBins];

    public RegressionTree Grow(double[] residuals, int[] rows)
    {
        var nodes = new List<TreeNode>();
        Grow(nodes, residuals, rows, options.MaxDepth);
        return new RegressionTree(nodes);
    }

    private int Grow(List<TreeNode> nodes, double[] residuals, Span<int> rows, int depthLeft)
    {
        int index = nodes.Count;
        nodes.Add(default);
        double sum = Sum(residuals, rows);
        if (depthLeft == 0 || BestSplit(residuals, rows, sum) is not { } split)
        {
            nodes[index] = TreeNode.Leaf(options.LearningRate * sum / Math.Max(1, rows.Length));
            return index;
        }

        int leftRows = Partition(rows, split);
        int left = Grow(nodes, residuals, rows[..leftRows], depthLeft - 1);
        int right = Grow(nodes, residuals, rows[leftRows..], depthLeft - 1);
        nodes[index] = TreeNode.Branch(split.Feature, bins.CutsOf(split.Feature)[split.Bin], left, right, split.Gain);
        return index;
    }

    private Split? BestSplit(double[] residuals, ReadOnlySpan<int> rows, double sum)
    {
        if (rows.Length < 2 * options.MinLeafRows)
        {
            return null;
        }

        Split? best = null;
        for (int feature = 0; feature < bins.FeatureCount; feature++)
        {
            FillHistogram(residuals, rows, bins.BinsOf(feature));
            best = BetterSplit(best, feature, rows.Length, sum);
        }

        return best;
    }

    private void FillHistogram(double[] residuals, ReadOnlySpan<int> rows, byte[] binOfRow)
    {
        Array.Clear(_sums);
        Array.Clear(_counts);
        foreach (int row in rows)
        {
            _sums[binOfRow[row]] += residuals[row];
            _counts[binOfRow[row]]++;
        }
    }

    private Split? BetterSplit(Split? best, int feature, int rows, double sum)
    {
        double leftSum = 0;
        int leftRows = 0;
        for (int bin = 0; bin < bins.CutsOf(feature).Length; bin++)
        {
            leftSum += _sums[bin];
            leftRows += _counts[bin];
            int rightRows = rows - leftRows;
            if (leftRows < options.MinLeafRows || rightRows < options.MinLeafRows)
            {
                continue;
            }

            double rightSum = sum - leftSum;
            double gain = leftSum * leftSum / leftRows + rightSum * rightSum / rightRows - sum * sum / rows;
            if (gain > (best?.Gain ?? LeastGain))
            {
                best = new Split(feature, bin, gain);
            }
        }

        return best;
    }

    /// <summary>Puts the rows that go left first and returns how many they are.</summary>
    private int Partition(Span<int> rows, Split split)
    {
        byte[] binOfRow = bins.BinsOf(split.Feature);
        int left = 0;
        for (int next = 0; next < rows.Length; next++)
        {
            if (binOfRow[rows[next]] <= split.Bin)
            {
                (rows[left], rows[next]) = (rows[next], rows[left]);
                left++;
            }
        }

        return left;
    }

    private static double Sum(double[] residuals, ReadOnlySpan<int> rows)
    {
        double sum = 0;
        foreach (int row in rows)
        {
            sum += residuals[row];
        }

        return sum;
    }

    private readonly record struct Split(int Feature, int Bin, double Gain);
}
