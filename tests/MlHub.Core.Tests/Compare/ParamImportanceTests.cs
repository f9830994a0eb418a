using MlHub.Compare;

namespace MlHub.Core.Tests.Compare;

public sealed class ParamImportanceTests
{
    [Fact]
    public void The_parameter_that_decides_comes_first_and_one_that_does_nothing_counts_for_little()
    {
        var random = new Random(5);
        var runs = Enumerable.Range(0, 80).Select(_ => (Depth: random.Next(1, 10), Seed: random.Next(1000), Kind: random.Next(2) == 0 ? "ridge" : "lasso")).ToList();
        var comparison = Compared([.. runs.Select(r => (double?)(r.Depth * 2 + (r.Kind == "ridge" ? 3 : 0)))], ("depth", [.. runs.Select(r => $"{r.Depth}")]), ("seed", [.. runs.Select(r => $"{r.Seed}")]), ("kind", [.. runs.Select(r => r.Kind)]));

        var found = ParamImportance.Of(comparison, comparison.Metrics[0]);

        Assert.Equal(["depth", "kind", "seed"], found.Select(p => p.Param));
        Assert.True(found[0].Importance > 0.5, $"{found[0]}");
        Assert.True(found[2].Importance < 0.1, $"{found[2]}");
        Assert.True(found[0].Correlation > 0.8, $"{found[0]}");
        Assert.Null(found[1].Correlation);
        Assert.Equal(found, ParamImportance.Of(comparison, comparison.Metrics[0]));
    }

    [Fact]
    public void A_parameter_that_never_changes_is_not_spoken_of()
    {
        var comparison = Compared([.. Enumerable.Range(0, 10).Select(i => (double?)i)], ("same", [.. Enumerable.Repeat("1", 10)]), ("missing", [.. Enumerable.Range(0, 10).Select(i => i < 5 ? null : "1")]));

        Assert.Equal(["missing"], ParamImportance.Of(comparison, comparison.Metrics[0]).Select(p => p.Param));
    }

    [Fact]
    public void Too_few_runs_tell_nothing()
    {
        var few = Compared([1, 2, 3, 4, 5, 6, 7, double.NaN, null], ("depth", ["1", "2", "3", "4", "5", "6", "7", "8", "9"]));
        var constant = Compared([.. Enumerable.Repeat((double?)1, 9)], ("depth", ["1", "2", "3", "4", "5", "6", "7", "8", "9"]));

        Assert.Empty(ParamImportance.Of(few, few.Metrics[0]));
        Assert.Equal([0.0], ParamImportance.Of(constant, constant.Metrics[0]).Select(p => p.Importance));
    }

    private static RunComparison Compared(double?[] metric, params (string Key, string?[] Values)[] parameters) =>
        new([], [.. parameters.Select(p => new ComparedRow<string>(p.Key, p.Values))], [new("metric", metric, MetricDirection.Unknown, 1)], [], []);
}
