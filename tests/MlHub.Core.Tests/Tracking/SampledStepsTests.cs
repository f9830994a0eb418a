using MlHub.Tracking.Metrics;

namespace MlHub.Core.Tests.Tracking;

public sealed class SampledStepsTests
{
    [Theory]
    [InlineData(0, 10, 1, 5, "0 2 4 6 8 9")]
    [InlineData(4, 5, 1, 5, "4 5 6 7 8")]
    [InlineData(0, 6, 20, 5, "0 20 40 60 80 100")]
    [InlineData(0, 101, 10, 5, "0 200 400 600 800 1000")]
    [InlineData(-10, 20, 1, 1, "-10 9")]
    [InlineData(0, 0, 1, 5, "")]
    public void Steps_are_evenly_chosen_and_end_with_the_last(int first, int count, int apart, int max, string chosen) =>
        Assert.Equal(chosen, string.Join(' ', SampledSteps.Of([.. Enumerable.Range(0, count).Select(i => (long)first + (i * apart))], max)));
}
