using System.Globalization;

namespace MlHub.Serving.Drift;

/// <summary>What the measures say of a column.</summary>
public enum DriftVerdict
{
    /// <summary>Too few values to say anything.</summary>
    Unknown,
    Stable,

    /// <summary>A stability index from 0.1 on.</summary>
    Moderate,

    /// <summary>From 0.25 on.</summary>
    Large,
}

/// <summary>A range of numbers, or a text, and the share of each sample in it.</summary>
public sealed record DriftBin(string Label, double Expected, double Actual);

/// <summary>How the live values of a column compare with those that the model was trained on.</summary>
/// <param name="Name">Of a feature or output.</param>
/// <param name="IsNumber">Whether its values are numbers.</param>
/// <param name="Verdict">By the stability index.</param>
/// <param name="StabilityIndex">See <see cref="DriftMeasures.StabilityIndex"/>; null with too few values.</param>
/// <param name="Statistic">Of numbers: see <see cref="DriftMeasures.KolmogorovSmirnov"/>.</param>
/// <param name="Probability">Its p-value.</param>
/// <param name="Expected">How many values the sample has, with those that are missing.</param>
/// <param name="Actual">How many live ones there are.</param>
/// <param name="Bins">In order.</param>
public sealed record ColumnDrift(
    string Name, bool IsNumber, DriftVerdict Verdict, double? StabilityIndex, double? Statistic, double? Probability, int Expected, int Actual, IReadOnlyList<DriftBin> Bins)
{
    /// <summary>With fewer in either sample nothing is said.</summary>
    public const int LeastValues = 30;

    private const int NumberBins = 10, TextBins = 20, LongestLabel = 60;

    private const string Missing = "missing", Other = "others";

    /// <param name="name">The column.</param>
    /// <param name="expected">The sample's values, as texts; null where one is missing.</param>
    /// <param name="actual">The live ones.</param>
    internal static ColumnDrift Of(string name, IReadOnlyList<string?> expected, IReadOnlyList<string?> actual)
    {
        var isNumber = expected.Any(v => v is not null) && expected.All(v => v is null || NumberOrNull(v) is not null);
        return isNumber ? OfNumbers(name, expected, actual) : OfTexts(name, expected, actual);
    }

    private static ColumnDrift OfNumbers(string name, IReadOnlyList<string?> expected, IReadOnlyList<string?> actual)
    {
        // A live value that is no number counts as missing, as it would to the model.
        List<double> one = [.. Numbers(expected)], other = [.. Numbers(actual)];
        List<double> values = [.. one.Distinct().Order()];
        // Few values are bins themselves, with one for all others; many are cut at the sample's deciles.
        var isDiscrete = values.Count <= NumberBins;
        var edges = isDiscrete ? values : Edges(one);
        List<string> labels = [.. isDiscrete ? [.. values.Select(Text), Other] : Enumerable.Range(0, edges.Count + 1).Select(i => Label(edges, i)), Missing];
        var isEnough = one.Count >= LeastValues && other.Count >= LeastValues;
        var (statistic, probability) = isEnough ? DriftMeasures.KolmogorovSmirnov(one, other) : default;
        return Made(name, true, labels, Counts(one, expected.Count), Counts(other, actual.Count), isEnough) with { Statistic = isEnough ? statistic : null, Probability = isEnough ? probability : null };

        long[] Counts(List<double> numbers, int all)
        {
            var counts = new long[edges.Count + 2];
            foreach (var number in numbers)
            {
                var at = edges.BinarySearch(number);
                counts[at >= 0 ? at : isDiscrete ? edges.Count : ~at]++;
            }

            counts[^1] = all - numbers.Count;
            return counts;
        }
    }

    private static ColumnDrift OfTexts(string name, IReadOnlyList<string?> expected, IReadOnlyList<string?> actual)
    {
        List<string> known = [.. expected.OfType<string>().GroupBy(v => v, StringComparer.Ordinal).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Take(TextBins).Select(g => g.Key)];
        var places = known.Index().ToDictionary(k => k.Item, k => k.Index, StringComparer.Ordinal);
        return Made(
            name, false, [.. known.Select(k => k.Length > LongestLabel ? k[..LongestLabel] + "…" : k), Other, Missing], Counts(expected), Counts(actual),
            expected.Count >= LeastValues && actual.Count >= LeastValues);

        long[] Counts(IReadOnlyList<string?> values)
        {
            var counts = new long[known.Count + 2];
            foreach (var value in values)
            {
                counts[value is null ? known.Count + 1 : places.GetValueOrDefault(value, known.Count)]++;
            }

            return counts;
        }
    }

    private static ColumnDrift Made(string name, bool isNumber, List<string> labels, long[] expected, long[] actual, bool isEnough)
    {
        // What stands for nothing in either sample is no bin.
        List<int> used = [.. Enumerable.Range(0, labels.Count).Where(i => expected[i] + actual[i] > 0 || labels[i] is not (Missing or Other))];
        var (p, q) = (used.ConvertAll(i => expected[i]), used.ConvertAll(i => actual[i]));
        double? index = isEnough ? DriftMeasures.StabilityIndex(p, q) : null;
        return new(
            name, isNumber, index switch { null => DriftVerdict.Unknown, >= DriftMeasures.Large => DriftVerdict.Large, >= DriftMeasures.Moderate => DriftVerdict.Moderate, _ => DriftVerdict.Stable },
            index, null, null, (int)expected.Sum(), (int)actual.Sum(),
            [.. used.Select((bin, i) => new DriftBin(labels[bin], Share(p[i], expected.Sum()), Share(q[i], actual.Sum())))]);
    }

    /// <summary>The sample's deciles, each once: up to nine bounds of ten bins, each of which holds its upper bound. Where nearly all values are the largest, it is a bin of its own.</summary>
    internal static List<double> Edges(List<double> numbers)
    {
        List<double> sorted = [.. numbers.Order()];
        List<double> edges = [.. Enumerable.Range(1, NumberBins - 1).Select(i => sorted[(int)Math.Ceiling((double)i * sorted.Count / NumberBins) - 1]).Distinct().Where(e => e < sorted[^1])];
        return edges.Count > 0 ? edges : [.. sorted.Where(n => n < sorted[^1]).TakeLast(1)];
    }

    private static string Label(List<double> edges, int bin) =>
        bin == 0 ? $"≤ {Text(edges[0])}" : bin == edges.Count ? $"> {Text(edges[^1])}" : $"{Text(edges[bin - 1])} – {Text(edges[bin])}";

    private static string Text(double number) => number.ToString("G5", CultureInfo.InvariantCulture);

    private static double Share(long count, long all) => all == 0 ? 0 : (double)count / all;

    private static IEnumerable<double> Numbers(IEnumerable<string?> values) => values.Select(v => v is null ? null : NumberOrNull(v)).OfType<double>();

    private static double? NumberOrNull(string value) => value switch
    {
        "True" or "true" => 1,
        "False" or "false" => 0,
        _ => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null,
    };
}
