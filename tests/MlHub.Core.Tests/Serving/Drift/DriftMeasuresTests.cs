using System.Globalization;
using MlHub.Serving.Drift;

namespace MlHub.Core.Tests.Serving.Drift;

/// <summary>Known values: the statistic and the exact p-value by SciPy 1.10.1 (<c>ks_2samp(x, y, method='exact')</c>), the index by hand.</summary>
public sealed class DriftMeasuresTests
{
    private static readonly double[] Normal25 = [0.61, 0.29, 0.06, 0.59, -1.73, -0.74, 0.51, -0.56, 0.39, 1.64, 0.05, -0.06, 0.64, -0.82, 0.37, 1.77, 1.09, -1.28, 2.36, 1.31, 1.05, -0.32, -0.40, 1.06, -2.47],
        Normal20 = [2.20, 1.66, 1.38, 0.20, 0.36, 0.00, 0.96, 1.56, 0.44, 1.50, -0.30, 0.66, 2.31, 3.29, -0.27, -0.37, 0.38, 0.70, 0.52, -0.71];

    public static TheoryData<double[], double[], double, double> Samples => new()
    {
        { Normal25, Normal20, 0.23, 0.5286364448145011 },
        { [.. Enumerable.Range(0, 100).Select(i => i / 100.0)], [.. Enumerable.Range(0, 80).Select(i => i / 100.0 * i / 100.0)], 0.4025, 6.089348484159261e-07 },
        { [.. Enumerable.Range(0, 200).Select(i => (double)(i % 7))], [.. Enumerable.Range(0, 150).Select(i => (double)(i % 5))], 0.28, 2.1377822419892506e-06 },
        { [.. Enumerable.Range(0, 1000).Select(i => (double)i)], [.. Enumerable.Range(100, 1000).Select(i => (double)i)], 0.1, 8.974277567313009e-05 },
        { [.. Enumerable.Range(0, 50).Select(i => (double)(i % 5))], [.. Enumerable.Range(0, 100).Select(i => (double)(i % 5))], 0, 1 },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void Two_samples_are_as_far_apart_as_scipy_says(double[] first, double[] second, double statistic, double probability)
    {
        var found = DriftMeasures.KolmogorovSmirnov(first, second);
        var turned = DriftMeasures.KolmogorovSmirnov(second, first);

        Assert.Equal(statistic, found.Statistic, 12);
        Assert.Equal(found, turned);
        // The p-value is an approximation: within a fifth of the exact one, and of it within 0.02 where it is large.
        Assert.InRange(found.Probability, Math.Min(probability * 0.8, probability - 0.02), Math.Max(probability * 1.25, Math.Min(1, probability + 0.02)));
        Assert.InRange(Math.Log(found.Probability) - Math.Log(probability), -0.3, 0.3);
    }

    [Theory]
    [InlineData(new long[] { 10, 10, 10 }, new long[] { 10, 10, 10 }, 0)]
    [InlineData(new long[] { 50, 50 }, new long[] { 80, 20 }, 0.4062868212713332)]
    [InlineData(new long[] { 100, 0 }, new long[] { 0, 100 }, 10.501593877344705)]
    [InlineData(new long[] { 25, 25, 25, 25 }, new long[] { 40, 30, 20, 10 }, 0.21799421315274758)]
    public void The_stability_index_is_that_of_its_formula(long[] expected, long[] actual, double index)
    {
        Assert.Equal(index, DriftMeasures.StabilityIndex(expected, actual), 12);
        Assert.Equal(index, DriftMeasures.StabilityIndex(actual, expected), 12);
    }

    [Fact]
    public void Numbers_are_binned_by_the_deciles_of_the_sample()
    {
        Assert.Equal([10, 20, 30, 40, 50, 60, 70, 80, 90], ColumnDrift.Edges([.. Enumerable.Range(1, 100).Select(i => (double)i)]));
        // Half of the values are one: its bins are one.
        Assert.Equal([1, 2, 3, 4], ColumnDrift.Edges([.. Enumerable.Repeat(1.0, 50), .. Enumerable.Repeat(2.0, 20), .. Enumerable.Repeat(3.0, 10), .. Enumerable.Repeat(4.0, 10), .. Enumerable.Repeat(5.0, 10)]));
        Assert.Equal([6], ColumnDrift.Edges([.. Enumerable.Repeat(7.0, 99), 6]));
    }

    [Fact]
    public void A_bin_holds_its_upper_bound_and_the_last_one_all_that_is_larger()
    {
        List<string?> sample = [.. Enumerable.Range(1, 100).Select(Text)], live = [.. Enumerable.Repeat("10", 20), .. Enumerable.Repeat("10.5", 10), .. Enumerable.Repeat("-1", 10), .. Enumerable.Repeat("1e9", 40)];

        var drift = ColumnDrift.Of("x", sample, live);

        Assert.All(drift.Bins, b => Assert.Equal(0.1, b.Expected, 9));
        Assert.Equal([0.375, 0.125, 0, 0, 0, 0, 0, 0, 0, 0.5], drift.Bins.Select(b => b.Actual));
        Assert.Equal(("≤ 10", "10 – 20", "> 90"), (drift.Bins[0].Label, drift.Bins[1].Label, drift.Bins[9].Label));
    }

    [Fact]
    public void A_column_that_moved_is_told_from_one_that_stayed()
    {
        List<string?> sample = [.. Enumerable.Range(0, 1000).Select(Text)];

        var stayed = ColumnDrift.Of("x", sample, [.. Enumerable.Range(0, 500).Select(i => Text(i * 2))]);
        var moved = ColumnDrift.Of("x", sample, [.. Enumerable.Range(600, 500).Select(Text)]);
        var absent = ColumnDrift.Of("x", sample, [.. Enumerable.Range(0, 500).Select(i => i % 2 == 0 ? null : Text(i * 2))]);

        Assert.Equal((DriftVerdict.Stable, true, 11), (stayed.Verdict, stayed.IsNumber, stayed.Bins.Count + 1));
        Assert.InRange(stayed.Probability!.Value, 0.99, 1);
        Assert.Equal(DriftVerdict.Large, moved.Verdict);
        Assert.Equal(0.6, moved.Statistic!.Value, 3);
        Assert.Equal((DriftVerdict.Large, 0.5, "missing"), (absent.Verdict, absent.Bins[^1].Actual, absent.Bins[^1].Label));
        Assert.Equal(1, stayed.Bins.Sum(b => b.Expected), 9);
        Assert.Equal(DriftVerdict.Unknown, ColumnDrift.Of("x", sample, ["1", "2"]).Verdict);
        Assert.Null(ColumnDrift.Of("x", sample, ["1", "2"]).StabilityIndex);
    }

    [Fact]
    public void Few_numbers_are_bins_themselves_and_what_the_sample_never_had_is_one()
    {
        List<string?> zeros = [.. Enumerable.Repeat("0", 100)];

        var rare = ColumnDrift.Of("flag", zeros, [.. Enumerable.Range(0, 100).Select(i => i < 20 ? "1" : "0")]);
        var frequent = ColumnDrift.Of("flag", [.. Enumerable.Range(0, 100).Select(i => i < 95 ? "1" : "0")], zeros);

        Assert.Equal((DriftVerdict.Large, true), (rare.Verdict, rare.IsNumber));
        Assert.Equal([("0", 0.8), ("others", 0.2)], rare.Bins.Select(b => (b.Label, b.Actual)));
        Assert.Equal([("0", 0.05, 1), ("1", 0.95, 0)], frequent.Bins.Select(b => (b.Label, b.Expected, b.Actual)));
        Assert.Equal(DriftMeasures.StabilityIndex([100, 0], [80, 20]), rare.StabilityIndex);
    }

    [Fact]
    public void Texts_are_compared_by_how_frequent_they_are()
    {
        List<string?> sample = [.. Enumerable.Range(0, 100).Select(i => i < 60 ? "red" : i < 90 ? "blue" : "7")];

        var column = ColumnDrift.Of("colour", sample, [.. Enumerable.Range(0, 100).Select(i => i < 50 ? "red" : "green")]);

        Assert.Equal((false, DriftVerdict.Large), (column.IsNumber, column.Verdict));
        Assert.Equal(["red", "blue", "7", "others"], column.Bins.Select(b => b.Label));
        Assert.Equal([0.5, 0, 0, 0.5], column.Bins.Select(b => b.Actual));
        Assert.Equal(DriftMeasures.StabilityIndex([60, 30, 10, 0], [50, 0, 0, 50]), column.StabilityIndex);
        Assert.Null(column.Statistic);
    }

    private static string? Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
