using MlHub.Tracking;
using MlHub.Tracking.Search;
using MlHub.Tracking.Table;

namespace MlHub.Web.Tracking.Table;

/// <summary>One thing that may come next in a filter: its text, and what it is.</summary>
public sealed record FilterWord(string Text, string Hint);

/// <summary>What may come next in a filter, from the grammar and from what the experiment's runs logged.</summary>
public sealed class FilterWords(RunTables tables)
{
    private const int Most = 40;

    private static readonly string[] Kinds = ["metrics.", "params.", "tags.", "datasets.name", "datasets.digest", "datasets.context"];
    private static readonly string[] OfNumbers = ["=", "!=", "<", "<=", ">", ">=", "BETWEEN", "IS NULL", "IS NOT NULL"];
    private static readonly string[] OfTexts = ["=", "!=", "LIKE", "ILIKE", "IN (", "NOT IN (", "IS NULL", "IS NOT NULL"];

    public async Task<(int From, List<FilterWord> Words)> NextAsync(Caller caller, long experimentId, string before, CancellationToken cancel)
    {
        await tables.RequireReadableAsync(caller, experimentId, cancel);
        var at = FilterCompletion.At(before);
        List<FilterWord> words = at.Expected switch
        {
            Expected.Field => [.. Starting(Kinds, at.Begun, "field"), .. Starting(SearchSubjects.Runs.Attributes.Select(a => a.Name), at.Begun, "attribute"), .. Starting(["NOT", "("], at.Begun, "")],
            Expected.Key => await KeysAsync(caller, experimentId, at, cancel),
            Expected.Operator => [.. Starting(Operators(at), at.Begun, "")],
            Expected.Value => [.. (await ValuesAsync(caller, experimentId, at, cancel)).Select(v => new FilterWord($"'{v.Replace("'", "''", StringComparison.Ordinal)}'", "value"))],
            Expected.State => [.. Starting(IsMetric(at) ? ["NULL", "NOT NULL", "NAN", "NOT NAN"] : ["NULL", "NOT NULL"], at.Begun, "")],
            Expected.Link => [.. Starting(["AND", "OR"], at.Begun, "")],
            _ => [],
        };
        return (at.From, [.. words.Take(Most)]);
    }

    private async Task<List<FilterWord>> KeysAsync(Caller caller, long experimentId, FilterCompletion at, CancellationToken cancel) => KindOf(at.Kind) is { } kind
        ? [.. (await tables.ColumnsAsync(caller, experimentId, at.Begun, atTheStart: true, [kind], cancel)).Select(c => new FilterWord(c.Field, ColumnChoices.Title(kind).ToLowerInvariant()))]
        : [.. SearchSubjects.Runs.RelatedBy(at.Kind ?? "").Where(r => r.Name.StartsWith(at.Begun, StringComparison.OrdinalIgnoreCase)).Select(r => new FilterWord($"{r.Relation.Name}.{r.Name}", "field"))];

    private async Task<IEnumerable<string>> ValuesAsync(Caller caller, long experimentId, FilterCompletion at, CancellationToken cancel) => (KindOf(at.Kind), at.Key?.ToLowerInvariant()) switch
    {
        (ColumnKind.Param or ColumnKind.Tag, not null) => await tables.ValuesAsync(caller, experimentId, new(KindOf(at.Kind)!.Value, at.Key!), at.Begun, cancel),
        (null, "name") when at.Kind is not null => (await tables.DatasetsAsync(caller, experimentId, cancel)).Where(n => n.StartsWith(at.Begun, StringComparison.OrdinalIgnoreCase)),
        (null, "status") => Enum.GetNames<RunStatus>().Select(s => s.ToUpperInvariant()).Where(s => s.StartsWith(at.Begun, StringComparison.OrdinalIgnoreCase)),
        _ => [],
    };

    private static string[] Operators(FilterCompletion at) =>
        IsMetric(at) ? [.. OfNumbers, "IS NAN", "IS NOT NAN"]
        : at.Key is { } name && KindOf(at.Kind) is null && SearchSubjects.Runs.AttributeOrNull(name) is { Type: not FieldType.Text } ? OfNumbers
        : OfTexts;

    private static IEnumerable<FilterWord> Starting(IEnumerable<string> words, string begun, string hint) =>
        words.Where(w => w.StartsWith(begun, StringComparison.OrdinalIgnoreCase)).Select(w => new FilterWord(w, hint));

    private static bool IsMetric(FilterCompletion at) => KindOf(at.Kind) == ColumnKind.Metric;

    private static ColumnKind? KindOf(string? prefix) => prefix is null ? null : SearchSubjects.Runs.KeyedOrNull(prefix)?.Name switch
    {
        "metrics" => ColumnKind.Metric,
        "params" => ColumnKind.Param,
        "tags" => ColumnKind.Tag,
        _ => null,
    };
}
