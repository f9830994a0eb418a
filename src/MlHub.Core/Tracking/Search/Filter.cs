namespace MlHub.Tracking.Search;

/// <summary>A condition on one row: what the text of a filter says, as a tree. <see cref="object.ToString"/> gives it as text again.</summary>
public abstract record Filter
{
    /// <summary>The parts that must all hold.</summary>
    internal IEnumerable<Filter> AllOf
    {
        get
        {
            var rest = this;
            for (; rest is And and; rest = and.Left)
            {
                foreach (var part in and.Right.AllOf)
                {
                    yield return part;
                }
            }

            yield return rest;
        }
    }

    public sealed override string ToString() => FilterText.Of(this);
}

public sealed record And(Filter Left, Filter Right) : Filter;

public sealed record Or(Filter Left, Filter Right) : Filter;

public sealed record Not(Filter Inner) : Filter;

/// <summary>A condition on one field; unless it says otherwise, it holds only for rows that have the field.</summary>
public abstract record Condition(FieldReference Field) : Filter;

public sealed record NumberComparison(FieldReference Field, NumberOperator Operator, double Value) : Condition(Field);

public sealed record Between(FieldReference Field, double Low, double High) : Condition(Field);

/// <summary>Whether a metric's latest value is not a number.</summary>
public sealed record IsNaN(FieldReference Field, bool Negated) : Condition(Field);

public sealed record TextComparison(FieldReference Field, TextOperator Operator, string Value) : Condition(Field);

public sealed record OneOf(FieldReference Field, bool Negated, IReadOnlyList<string> Values) : Condition(Field)
{
    public bool Equals(OneOf? other) =>
        other is not null && Field == other.Field && Negated == other.Negated && Values.SequenceEqual(other.Values);

    public override int GetHashCode() => HashCode.Combine(Field, Negated, Values.Count);
}

/// <summary>Whether the row lacks it.</summary>
public sealed record IsNull(FieldReference Field, bool Negated) : Condition(Field);

/// <summary>A field of the searched rows, with the key where the field is a set of keys: <c>metrics.acc</c>.</summary>
public sealed record FieldReference(SearchField Field, string? Key = null)
{
    public override string ToString() => FilterText.Of(this);
}

public enum NumberOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

public enum TextOperator
{
    Equal,
    NotEqual,
    Like,
    NotLike,
    ILike,
    NotILike,
}
