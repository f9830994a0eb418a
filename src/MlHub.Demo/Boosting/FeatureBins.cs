namespace MlHub.Demo.Boosting;

/// <summary>The training rows with each feature cut into at most 255 bins, so that the best split is found from sums per bin.</summary>
internal sealed class FeatureBins
{
    public const int MaxBins = 255;

    private readonly float[][] _cuts;
    private readonly byte[][] _bins;

    public FeatureBins(IReadOnlyList<float[]> rows)
    {
        int features = rows[0].Length;
        _cuts = new float[features][];
        _bins = new byte[features][];
        for (int feature = 0; feature < features; feature++)
        {
            float[] cuts = Cuts([.. rows.Select(row => row[feature]).Distinct().Order()]);
            _cuts[feature] = cuts;
            _bins[feature] = [.. rows.Select(row => BinOf(cuts, row[feature]))];
        }
    }

    public int FeatureCount => _cuts.Length;

    /// <summary>Bin k holds the values above cut k-1 and up to cut k.</summary>
    public float[] CutsOf(int feature) => _cuts[feature];

    /// <summary>The bin of each training row.</summary>
    public byte[] BinsOf(int feature) => _bins[feature];

    private static float[] Cuts(float[] values)
    {
        int bins = Math.Min(values.Length, MaxBins);
        return [.. Enumerable.Range(1, bins - 1).Select(cut => CutBefore(values, cut * values.Length / bins))];
    }

    private static float CutBefore(float[] values, int index)
    {
        float middle = (values[index - 1] + values[index]) / 2;
        // Between neighbouring floats the middle rounds to one of them; the lower one still parts the two.
        return middle < values[index] ? middle : values[index - 1];
    }

    private static byte BinOf(float[] cuts, float value)
    {
        int found = Array.BinarySearch(cuts, value);
        return (byte)(found < 0 ? ~found : found);
    }
}
