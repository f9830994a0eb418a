using MlHub.Compare;

namespace MlHub.Core.Tests.Compare;

public sealed class RunGroupsTests
{
    [Fact]
    public void Runs_of_one_setting_are_one_group_whatever_their_seed()
    {
        var comparison = Compared([0.5, 0.7, 0.52, 0.72, 0.51, 0.71, null], ["4", "8", "4", "8", "4", "8", "8"]);

        var groups = RunGroups.Of(comparison, comparison.Metrics[0], baseline: 1);

        Assert.Equal([("8", 3, 0.71), ("4", 3, 0.51)], groups.Select(g => (g.Setting[0].Value!, g.Runs.Count, Math.Round(g.Mean, 9))));
        Assert.Null(groups[0].Against);
        Assert.Equal((-0.2, 0.1), (Math.Round(groups[1].Against!.Difference, 9), groups[1].Against!.PValue));
        Assert.Equal(0.01, groups[1].Deviation!.Value, 1e-9);
    }

    [Fact]
    public void Without_two_runs_of_one_setting_there_are_no_groups()
    {
        var comparison = Compared([1, 2, 3], ["1", "2", "3"]);

        Assert.Empty(RunGroups.Of(comparison, comparison.Metrics[0], 0));
    }

    [Theory]
    [InlineData("random_state", true)]
    [InlineData("Seed", true)]
    [InlineData("cv_fold", true)]
    [InlineData("depth", false)]
    public void A_seed_is_told_by_its_name(string param, bool isSeed) => Assert.Equal(isSeed, RunGroups.IsSeed(param));

    private static RunComparison Compared(double?[] metric, string[] depth) => new(
        [], [new("depth", depth), new("seed", [.. depth.Select((_, i) => $"{i}")])], [new("loss", metric, MetricDirection.LowerIsBetter, 1)], [], []);
}
