namespace MlHub.Demo.Boosting;

/// <summary>Errors of predictions: root mean square, mean absolute, and the share of the variance explained (R²).</summary>
public sealed record RegressionScores(double Rmse, double Mae, double R2)
{
    public static RegressionScores Of(IReadOnlyList<float> actual, IReadOnlyList<double> predicted)
    {
        double mean = actual.Average(value => (double)value);
        double squared = 0;
        double absolute = 0;
        double total = 0;
        for (int row = 0; row < actual.Count; row++)
        {
            double error = predicted[row] - actual[row];
            squared += error * error;
            absolute += Math.Abs(error);
            total += (actual[row] - mean) * (actual[row] - mean);
        }

        return new RegressionScores(Math.Sqrt(squared / actual.Count), absolute / actual.Count, 1 - squared / total);
    }
}
