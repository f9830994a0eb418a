namespace MlHub.Serving;

/// <summary>How far two numbers are from each other.</summary>
internal static class RelativeDifference
{
    /// <summary>As a share of the larger one, so from 0 to 2; halved on the way, since the difference of two large numbers may be no number.</summary>
    public static double Of(double one, double other) => one == other ? 0 : Math.Abs((one / 2) - (other / 2)) / (Math.Max(Math.Abs(one), Math.Abs(other)) / 2);
}
