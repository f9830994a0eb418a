using System.Globalization;
using System.Text.Json;
using MlHub.Serving.Capture;

namespace MlHub.Serving.Duels;

/// <summary>Holds the answers of two versions to the same requests against each other, row by row.</summary>
/// <param name="tolerance">See <see cref="DuelOrder.Tolerance"/>.</param>
/// <param name="isNumber">Whether whole numbers under an output are amounts, not classes; null where that is not known.</param>
/// <param name="shown">What of an answer may be told.</param>
internal sealed class DuelComparison(double tolerance, Func<string, bool?> isNumber, Func<string, bool> shown)
{
    private const int MostClasses = 20, MostPairs = 20, MostText = 300, Largest = 10;
    private const double OtherClass = 3, Failure = 4;

    private readonly Dictionary<string, List<(JsonElement Present, JsonElement Candidate)>> _values = new(StringComparer.Ordinal);
    private readonly List<Disagreement> _disagreements = [];

    public int Rows { get; private set; }

    public int Equal { get; private set; }

    public IReadOnlyList<Disagreement> Disagreements => [.. _disagreements.OrderByDescending(d => d.Distance).ThenBy(d => d.Captured).ThenBy(d => d.Row).Take(Largest)];

    public IReadOnlyList<OutputDifference> Outputs => [.. _values.Select(v => Difference(v.Key, v.Value))];

    /// <param name="captured">The request's id.</param>
    /// <param name="present">An answer; what it holds is kept after its document is disposed.</param>
    /// <param name="candidate">The other's.</param>
    public void Add(long captured, JsonElement present, JsonElement candidate)
    {
        var (one, other) = (AnswerTable.Rows(present.Clone()), AnswerTable.Rows(candidate.Clone()));
        for (var row = 0; row < Math.Max(one.Count, other.Count); row++)
        {
            AddRow(captured, row, row < one.Count ? one[row] : [], row < other.Count ? other[row] : []);
        }
    }

    /// <summary>The present version answered and the candidate did not.</summary>
    public void AddFailure(long captured, JsonElement present, string error)
    {
        foreach (var (row, values) in AnswerTable.Rows(present.Clone()).Index())
        {
            Rows++;
            Remember(new(captured, row, Text(values), Cut(error), Failure));
        }
    }

    private void AddRow(long captured, int row, IReadOnlyList<KeyValuePair<string, JsonElement>> present, IReadOnlyList<KeyValuePair<string, JsonElement>> candidate)
    {
        Rows++;
        var others = new Dictionary<string, JsonElement>(candidate.DistinctBy(c => c.Key));
        var distance = candidate.Count == present.Count ? 0 : OtherClass;
        foreach (var (name, value) in present)
        {
            if (!others.TryGetValue(name, out var other))
            {
                distance = OtherClass;
                continue;
            }

            if (!_values.TryGetValue(name, out var pairs))
            {
                _values[name] = pairs = [];
            }

            pairs.Add((value, other));
            distance = Math.Max(distance, Distance(value, other));
        }

        if (distance == 0)
        {
            Equal++;
        }
        else
        {
            Remember(new(captured, row, Text(present), Text(candidate), distance));
        }
    }

    /// <summary>0 where the values are equal within the tolerance.</summary>
    private double Distance(JsonElement present, JsonElement candidate)
    {
        if (present.ValueKind == JsonValueKind.Number && candidate.ValueKind == JsonValueKind.Number)
        {
            var relative = RelativeDifference.Of(present.GetDouble(), candidate.GetDouble());
            return relative <= tolerance ? 0 : Math.Max(relative, double.Epsilon);
        }

        return present.ValueKind == candidate.ValueKind && present.ToString() == candidate.ToString() ? 0 : OtherClass;
    }

    private OutputDifference Difference(string name, List<(JsonElement Present, JsonElement Candidate)> pairs)
    {
        var equal = pairs.Count(p => Distance(p.Present, p.Candidate) == 0);
        if (IsClass(name, pairs))
        {
            var confusion = pairs.GroupBy(p => (p.Present.ToString(), p.Candidate.ToString())).Select(g => new ClassPair(Cut(g.Key.Item1), Cut(g.Key.Item2), g.Count()))
                .OrderBy(p => p.Present == p.Candidate).ThenByDescending(p => p.Count).Take(MostPairs).ToList();
            return new(name, pairs.Count, equal, null, null, null, null, shown(name) ? confusion : []);
        }

        List<(double Absolute, double Relative)> numbers = [.. pairs.Where(p => p.Present.ValueKind == JsonValueKind.Number && p.Candidate.ValueKind == JsonValueKind.Number)
            .Select(p => (Math.Min(Math.Abs(p.Candidate.GetDouble() - p.Present.GetDouble()), double.MaxValue), RelativeDifference.Of(p.Present.GetDouble(), p.Candidate.GetDouble())))];
        return numbers.Count == 0
            ? new(name, pairs.Count, equal, null, null, null, null, [])
            : new(
                name, pairs.Count, equal, Math.Min(numbers.Sum(n => n.Absolute / numbers.Count), double.MaxValue), numbers.Max(n => n.Absolute),
                numbers.Average(n => n.Relative), numbers.Max(n => n.Relative), []);
    }

    private bool IsClass(string name, List<(JsonElement Present, JsonElement Candidate)> pairs)
    {
        var values = pairs.SelectMany(p => new[] { p.Present, p.Candidate }).Where(v => v.ValueKind != JsonValueKind.Null).ToList();
        return values.Count > 0 && (values.TrueForAll(v => v.ValueKind is JsonValueKind.String or JsonValueKind.True or JsonValueKind.False)
            || (isNumber(name) != true && values.TrueForAll(v => v.ValueKind == JsonValueKind.Number && v.TryGetInt64(out _)) && values.Select(v => v.ToString()).Distinct().Count() <= MostClasses));
    }

    private void Remember(Disagreement disagreement)
    {
        _disagreements.Add(disagreement);
        if (_disagreements.Count > 100 * Largest)
        {
            var largest = Disagreements;
            _disagreements.Clear();
            _disagreements.AddRange(largest);
        }
    }

    private string Text(IReadOnlyList<KeyValuePair<string, JsonElement>> values)
    {
        List<KeyValuePair<string, JsonElement>> told = [.. values.Where(v => shown(v.Key))];
        return Cut(told is [{ Value: var only }] && values.Count == 1 ? Value(only) : string.Join(", ", told.Select(v => $"{v.Key} {Value(v.Value)}")));
    }

    private static string Value(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number ? value.GetDouble().ToString("G7", CultureInfo.InvariantCulture) : value.ValueKind == JsonValueKind.Null ? "null" : value.ToString();

    private static string Cut(string text) => text.Length > MostText ? text[..MostText] + "…" : text;
}
