namespace MlHub.Tracking.Search;

public enum FieldType
{
    Text,
    WholeNumber,

    /// <summary>A number that may be NaN or infinite, stored beside its kind.</summary>
    Metric,
}

/// <summary>Something that a filter may compare; what is not listed in a <see cref="SearchSubject"/> cannot be asked for.</summary>
public abstract record SearchField(string Name, FieldType Type);

/// <summary>
/// A column of the searched row itself, or what is computed from it. <paramref name="Sql"/> is our own text, never a caller's;
/// in it the row is called <c>t</c>.
/// </summary>
public sealed record SearchAttribute(string Name, FieldType Type, string Sql, bool Nullable = false, params string[] Aliases)
    : SearchField(Name, Type)
{
    /// <summary>Whether an index begins with it; its values are never below zero.</summary>
    public bool IsIndexed { get; init; }
}

/// <summary>Values under keys in a table of their own: the field <c>metrics</c> of <c>metrics.acc</c>.</summary>
public sealed record KeyedValues(string Name, FieldType Type, string Table, string OwnerColumn, string KeyColumn, params string[] Aliases)
    : SearchField(Name, Type)
{
    /// <summary>The column that tells the scope once more where an index starts (scope, key, value), so that it finds and sorts.</summary>
    public string? IndexedScopeColumn { get; init; }

    /// <summary>Whether every point is a row, told apart by ts, step and id: a filter asks for any of them, an order for the latest.</summary>
    public bool KeepsPoints { get; init; }

    /// <summary>Only values measured on one of these data count; where it is empty, all do.</summary>
    public IReadOnlyList<MeasuredOn> Datasets { get; init; } = [];
}

/// <summary>Data that a value was measured on: by its name, or by name and digest.</summary>
public sealed record MeasuredOn(string? Name, string? Digest);

/// <summary>One value of something that belongs to the row: <c>datasets.name</c>. It holds if it holds for any of them.</summary>
public sealed record RelatedValue(string Name, Func<SqlDialect, string> Sql, Relation Relation) : SearchField(Name, FieldType.Text)
{
    /// <summary>Whether its name alone says what is meant: <c>alias</c>.</summary>
    public bool NeedsNoPrefix { get; init; }
}

/// <summary>How the related rows are reached; <paramref name="From"/> is our own SQL.</summary>
public sealed record Relation(string Name, string From, string OwnerColumn, params string[] Aliases);

public sealed record SearchOrder(FieldReference Field, bool Descending);

/// <summary>What can be searched, and by what: one object for each kind of thing, the grammar is the same for all.</summary>
public sealed record SearchSubject(string Name, string Table, string KeyColumn, string ScopeColumn)
{
    public required IReadOnlyList<SearchAttribute> Attributes { get; init; }

    /// <summary>What is joined to every row, in our own SQL.</summary>
    public string Join { get; init; } = "";

    /// <summary>What a filter says beyond its words, such as what is left out unless asked for.</summary>
    public Func<Filter?, Filter?> Meaning { get; init; } = filter => filter;

    /// <summary>What MLflow calls a filter that it refuses.</summary>
    public string FilterCalled { get; init; } = "clause(s) in filter string";

    public IReadOnlyList<KeyedValues> Keyed { get; init; } = [];
    public IReadOnlyList<RelatedValue> Related { get; init; } = [];

    /// <summary>How the answer is ordered where the caller says nothing.</summary>
    public IReadOnlyList<SearchOrder> DefaultOrder { get; init; } = [];

    /// <summary>What decides between equal rows; the last is unique.</summary>
    public required IReadOnlyList<SearchOrder> TieBreak { get; init; }

    public SearchAttribute? AttributeOrNull(string name) => Attributes.FirstOrDefault(a => Named(name, a.Name, a.Aliases));

    public KeyedValues? KeyedOrNull(string prefix) => Keyed.FirstOrDefault(k => Named(prefix, k.Name, k.Aliases));

    /// <summary>What a name without a prefix, or with that of all attributes, means.</summary>
    public SearchField? PlainOrNull(string name) =>
        AttributeOrNull(name) ?? (SearchField?)Related.FirstOrDefault(r => r.NeedsNoPrefix && Named(name, r.Name, []));

    public IEnumerable<RelatedValue> RelatedBy(string prefix) => Related.Where(r => Named(prefix, r.Relation.Name, r.Relation.Aliases));

    private static bool Named(string name, string own, string[] aliases) =>
        own.Equals(name, StringComparison.OrdinalIgnoreCase) || aliases.Contains(name, StringComparer.OrdinalIgnoreCase);
}
