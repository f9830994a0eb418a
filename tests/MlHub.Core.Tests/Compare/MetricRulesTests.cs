using MlHub.Compare;

namespace MlHub.Core.Tests.Compare;

public sealed class MetricRulesTests
{
    [Theory]
    [InlineData("val_loss", MetricDirection.LowerIsBetter)]
    [InlineData("validation/rmse", MetricDirection.LowerIsBetter)]
    [InlineData("valRMSE", MetricDirection.LowerIsBetter)]
    [InlineData("mean_squared_error", MetricDirection.LowerIsBetter)]
    [InlineData("precision_loss", MetricDirection.LowerIsBetter)]
    [InlineData("log_loss", MetricDirection.LowerIsBetter)]
    [InlineData("neg_mean_squared_error", MetricDirection.HigherIsBetter)]
    [InlineData("r2", MetricDirection.HigherIsBetter)]
    [InlineData("val_r2_score", MetricDirection.HigherIsBetter)]
    [InlineData("r_squared", MetricDirection.HigherIsBetter)]
    [InlineData("testAccuracy", MetricDirection.HigherIsBetter)]
    [InlineData("val-AUC", MetricDirection.HigherIsBetter)]
    [InlineData("f1", MetricDirection.HigherIsBetter)]
    [InlineData("negative_log_likelihood", MetricDirection.LowerIsBetter)]
    [InlineData("epoch", MetricDirection.Unknown)]
    [InlineData("learning_rate", MetricDirection.Unknown)]
    [InlineData("trees", MetricDirection.Unknown)]
    public void The_name_says_which_way_is_better(string metric, MetricDirection expected) =>
        Assert.Equal(expected, MetricRules.DirectionOf(metric));

    [Theory]
    [InlineData(0.9, 1.0, 0, MetricTrend.Better)]
    [InlineData(1.1, 1.0, 0, MetricTrend.Worse)]
    [InlineData(1.0, 1.0, 0, MetricTrend.Same)]
    [InlineData(1.04, 1.0, 0.05, MetricTrend.Same)]
    [InlineData(1.06, 1.0, 0.05, MetricTrend.Worse)]
    [InlineData(-1.06, -1.0, 0.05, MetricTrend.Better)]
    [InlineData(0.04, 0.0, 0.05, MetricTrend.Same)]
    [InlineData(0.06, 0.0, 0.05, MetricTrend.Worse)]
    [InlineData(double.NaN, 1.0, 0.05, MetricTrend.Worse)]
    [InlineData(1.0, double.NaN, 0.05, MetricTrend.Unknown)]
    [InlineData(double.PositiveInfinity, 1.0, 0.05, MetricTrend.Worse)]
    public void A_loss_is_judged_within_the_tolerance(double candidate, double baseline, double tolerance, MetricTrend expected) =>
        Assert.Equal(expected, MetricRules.Trend(candidate, baseline, MetricDirection.LowerIsBetter, tolerance));

    [Fact]
    public void What_may_be_good_either_way_is_not_judged()
    {
        Assert.Equal(MetricTrend.Unknown, MetricRules.Trend(2, 1, MetricDirection.Unknown));
        Assert.Equal(MetricTrend.Worse, MetricRules.Trend(0.8, 0.9, MetricDirection.HigherIsBetter));
    }
}
