using MlHub.Compare;

namespace MlHub.Core.Tests.Compare;

public sealed class GroupTestTests
{
    [Fact]
    public void All_divisions_are_counted_where_they_are_few()
    {
        // Of the 20 ways to divide 1, 2, 3 and 11, 12, 13 only the one at hand and its mirror differ by 10.
        var test = GroupTest.OrNull([1, 2, 3], [11, 12, 13])!;

        Assert.Equal((10, 0.1, 20, true), (test.Difference, test.PValue, test.Divisions, test.IsExact));
    }

    [Fact]
    public void Groups_of_different_sizes_are_divided_in_all_ways()
    {
        // Two of seven against the other five: 21 ways, of which three are at least as far apart: the two with 0.3 in sum and that of the largest.
        var test = GroupTest.OrNull([0.1, 0.2], [0.2, 0.3, 0.4, 0.5, 0.6])!;

        Assert.Equal(21, test.Divisions);
        Assert.Equal(3 / 21.0, test.PValue, 1e-12);
    }

    [Fact]
    public void Equal_groups_are_the_same_within_noise() => Assert.Equal(1, GroupTest.OrNull([0.5, 0.5, 0.5], [0.5, 0.5])!.PValue);

    [Fact]
    public void Many_divisions_are_drawn_and_always_the_same()
    {
        var (random, other) = (new Random(3), new Random(4));
        double[] first = [.. Enumerable.Range(0, 30).Select(_ => random.NextDouble())], shifted = [.. first.Select(v => v + 1)], alike = [.. Enumerable.Range(0, 30).Select(_ => other.NextDouble())];

        var test = GroupTest.OrNull(first, alike)!;

        Assert.False(test.IsExact);
        Assert.InRange(test.PValue, 0.05, 1);
        Assert.Equal(test, GroupTest.OrNull(first, alike));
        Assert.Equal(1 / 20_001.0, GroupTest.OrNull(first, shifted)!.PValue, 1e-12);
    }

    [Theory]
    [InlineData(new[] { 1.0 }, new[] { 1.0, 2 })]
    [InlineData(new[] { 1.0, 2 }, new double[0])]
    [InlineData(new[] { 1.0, double.NaN }, new[] { 1.0, 2 })]
    public void Too_few_values_or_none_tell_nothing(double[] first, double[] second) => Assert.Null(GroupTest.OrNull(first, second));
}
