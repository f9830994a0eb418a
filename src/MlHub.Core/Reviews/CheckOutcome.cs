using System.Globalization;
using System.Text;
using MlHub.Artifacts;
using MlHub.Compare;
using MlHub.Scoring.Signatures;

namespace MlHub.Reviews;

/// <summary>What one of MlHub's own checks found; <paramref name="Details"/> is Markdown.</summary>
internal sealed record CheckOutcome(CheckState State, string Summary, string Details = "")
{
    public static CheckOutcome Passed(string summary, string details = "") => new(CheckState.Passed, summary, details);

    public static CheckOutcome Failed(string summary, string details = "") => new(CheckState.Failed, summary, details);

    public static CheckOutcome OfSignature(ModelFile? model) => model switch
    {
        null => Failed("No MLmodel file can be read"),
        { Signature.Count: 0 } when !model.HasInputExample => Failed("Neither signature nor input example"),
        { Signature.Count: 0 } => Failed("No signature"),
        { HasInputExample: false } => Failed("No input example"),
        _ => Passed("Signature and input example are there"),
    };

    /// <summary><paramref name="baseline"/> names the version that is compared with.</summary>
    public static CheckOutcome OfSchema(SchemaComparison schema, string baseline)
    {
        if (schema.Verdict == SchemaVerdict.Unknown)
        {
            return schema.LosesSignature ? Failed($"No signature, but {baseline} has one") : Passed($"{Capital(baseline)} has no signature to compare with");
        }

        var changed = schema.Fields.Where(f => f.Kind != Difference.Same).ToList();
        var breaking = changed.Count(f => f.IsBreaking);
        var details = Table(
            ["Part", "Field", baseline, "this version", ""],
            changed.Select(f => new[] { f.Part.ToString(), f.Name, Type(f.Baseline), Type(f.Candidate), f.IsBreaking ? $"**breaks**: {f.Note}" : f.Note }));
        return (changed.Count, breaking) switch
        {
            (0, _) => Passed($"Same schema as {baseline}"),
            (_, 0) => Passed($"Compatible with {baseline}, {Count(changed.Count, "field")} changed", details),
            _ => Failed($"{Count(breaking, "field")} would break callers of {baseline}", details),
        };
    }

    public static CheckOutcome OfMetrics(IReadOnlyList<MetricDelta> all, string baseline)
    {
        var common = all.Where(m => m is { Candidate: not null, Baseline: not null }).ToList();
        var judged = common.Where(m => m.Direction != MetricDirection.Unknown).ToList();
        var worse = judged.Where(m => m.Trend == MetricTrend.Worse).ToList();
        var details = Table(
            ["Metric", baseline, "this version", "change", ""],
            common.OrderBy(m => m.Trend != MetricTrend.Worse).Select(m => new[] { m.Metric, Number(m.Baseline), Number(m.Candidate), Percent(m.Relative), Words(m) }));
        return (judged.Count, worse.Count) switch
        {
            (0, _) when common.Count == 0 => Passed($"No metrics in common with {baseline}"),
            (0, _) => Passed($"No metric in common with {baseline} says by its name which way is better", details),
            (_, 0) => Passed($"{Count(judged.Count, "metric")} no worse than {baseline}", details),
            _ => Failed($"Worse than {baseline}: {string.Join(", ", worse.Take(5).Select(m => $"{m.Metric} {Percent(m.Relative)}"))}", details),
        };
    }

    public static CheckOutcome OfFiles(int files, IReadOnlyList<string> damaged) => (files, damaged.Count) switch
    {
        (0, _) => Passed("No files are kept here"),
        (_, 0) => Passed($"{Count(files, "file")} as when registered"),
        _ => Failed($"{damaged.Count} of {Count(files, "file")} damaged or missing", Table(["File"], damaged.Select(d => new[] { d }))),
    };

    private static string Words(MetricDelta metric) => metric switch
    {
        { Direction: MetricDirection.Unknown } => "not judged",
        { Trend: MetricTrend.Worse } => "**worse**",
        { Trend: MetricTrend.Better } => "better",
        _ => "within the tolerance",
    };

    private static string Type(SignatureField? field) => field is null ? "–" : field.Required ? field.Type.ToString() : $"{field.Type}, optional";

    private static string Number(double? value) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? "–";

    private static string Percent(double? part) => part is { } p ? (p * 100).ToString("+0.##;-0.##;0", CultureInfo.InvariantCulture) + " %" : "";

    private static string Count(int count, string noun) => $"{count.ToString(CultureInfo.InvariantCulture)} {noun}{(count == 1 ? "" : "s")}";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    internal static string Table(string[] head, IEnumerable<string[]> rows)
    {
        const int most = 200;
        var table = new StringBuilder();
        Row(head);
        Row([.. head.Select(_ => "---")]);
        foreach (var row in rows.Take(most))
        {
            Row(row);
        }

        return table.ToString();

        // Names are other people's texts: none may end its cell or begin a link or tag.
        void Row(string[] cells) => table.Append("| ").AppendJoin(" | ", cells.Select(Plain)).Append(" |\n");
    }

    /// <summary>A text in one line, of which nothing is read as Markdown.</summary>
    internal static string Plain(string text) =>
        Tracking.LogRules.Shown(text).ReplaceLineEndings(" ").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal)
            .Replace("[", "\\[", StringComparison.Ordinal).Replace("<", "\\<", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal);
}
