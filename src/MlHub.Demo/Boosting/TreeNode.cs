namespace MlHub.Demo.Boosting;

/// <summary>A branch (rows with feature ≤ threshold go left) or a leaf (feature is <see cref="NoFeature"/>, value is what the tree adds).</summary>
public readonly record struct TreeNode(int Feature, float Threshold, int Left, int Right, float Value, double Gain)
{
    public const int NoFeature = -1;

    public bool IsLeaf => Feature == NoFeature;

    public static TreeNode Leaf(double value) => new(NoFeature, 0, 0, 0, (float)value, 0);

    public static TreeNode Branch(int feature, float threshold, int left, int right, double gain) => new(feature, threshold, left, right, 0, gain);
}
