using MlHub.Demo.Boosting;

namespace MlHub.Demo.Tests.Boosting;

public sealed class RegressionScoresTests
{
    [Fact]
    public void Scores_are_those_counted_by_hand()
    {
        RegressionScores scores = RegressionScores.Of([1, 2, 3, 6], [1, 2, 5, 4]);

        Assert.Equal(Math.Sqrt(2), scores.Rmse, 1e-12);
        Assert.Equal(1, scores.Mae, 1e-12);
        Assert.Equal(1 - 8.0 / 14, scores.R2, 1e-12);
    }
}
