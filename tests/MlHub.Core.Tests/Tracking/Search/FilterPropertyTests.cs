using FsCheck;
using FsCheck.Fluent;
using MlHub.Tracking.Search;

namespace MlHub.Core.Tests.Tracking.Search;

/// <summary>What holds for every filter, tried with many made at random.</summary>
public sealed class FilterPropertyTests
{
    private static readonly SearchSubject Runs = SearchSubjects.Runs;

    [Fact]
    public void What_is_written_reads_back_as_the_same() =>
        Prop.ForAll(Filters(4).ToArbitrary(), filter => filter.Equals(FilterParser.Parse(filter.ToString(), Runs)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Nothing_but_a_refusal_comes_of_any_text() =>
        Prop.ForAll(Texts().ToArbitrary(), IsReadOrRefused).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Fact]
    public void Nothing_but_a_refusal_comes_of_a_damaged_filter() =>
        Prop.ForAll(Damaged().ToArbitrary(), IsReadOrRefused).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    private static bool IsReadOrRefused(string text)
    {
        try
        {
            FilterParser.Parse(text, Runs);
        }
        catch (HubException e) when (e.Error == HubError.Invalid)
        {
        }

        return true;
    }

    private static Gen<Filter> Filters(int depth) =>
        depth == 0
            ? Conditions()
            : Gen.Frequency(
                (2, Conditions()),
                (2, Filters(depth - 1).Two().Select(t => (Filter)new And(t.Item1, t.Item2))),
                (2, Filters(depth - 1).Two().Select(t => (Filter)new Or(t.Item1, t.Item2))),
                (1, Filters(depth - 1).Select(f => (Filter)new Not(f))));

    private static Gen<Filter> Conditions() => Gen.OneOf(
        from field in Fields(FieldType.Metric, FieldType.WholeNumber)
        from @operator in Gen.Elements(Enum.GetValues<NumberOperator>())
        from number in Numbers()
        select (Filter)new NumberComparison(field, @operator, number),
        from field in Fields(FieldType.Metric, FieldType.WholeNumber)
        from numbers in Numbers().Two()
        select (Filter)new Between(field, numbers.Item1, numbers.Item2),
        from field in Fields(FieldType.Metric)
        from negated in Gen.Elements(true, false)
        select (Filter)new IsNaN(field, negated),
        from field in Fields(FieldType.Text)
        from @operator in Gen.Elements(TextOperator.Equal, TextOperator.NotEqual)
        from text in Values()
        select (Filter)new TextComparison(field, @operator, text),
        from field in Fields(FieldType.Text)
        from @operator in Gen.Elements(TextOperator.Like, TextOperator.NotLike, TextOperator.ILike, TextOperator.NotILike)
        from text in Gen.Elements("%", "a_%b", "'%`\"", "")
        select (Filter)new TextComparison(field, @operator, text),
        from field in Fields(FieldType.Text)
        from negated in Gen.Elements(true, false)
        from values in Values().NonEmptyListOf()
        select (Filter)new OneOf(field, negated, [.. values]),
        from field in Fields(FieldType.Text, FieldType.Metric, FieldType.WholeNumber)
        from negated in Gen.Elements(true, false)
        select (Filter)new IsNull(field, negated));

    private static Gen<FieldReference> Fields(params FieldType[] types) =>
        from field in Gen.Elements<SearchField>([.. Runs.Attributes, .. Runs.Keyed, .. Runs.Related]).Where(f => types.Contains(f.Type))
        from key in Values()
        select new FieldReference(field, field is KeyedValues ? key : null);

    private static Gen<double> Numbers() => ArbMap.Default.GeneratorFor<double>().Where(d => !double.IsNaN(d));

    private static Gen<string> Values() =>
        Gen.Elements('a', 'Z', '0', ' ', '\'', '"', '`', '\\', '.', '%', '_', '(', ';', '-', '\n', 'ü', '漢').ArrayOf().Select(c => new string(c))
            .Where(s => s.Length < 30);

    private static Gen<string> Texts() =>
        Gen.Elements(
                "metrics", "params", ".", "acc", "`a b`", "\"", "'", "'x'", "=", "!=", "<", ">=", " ", "AND ", "OR ", "NOT ", "IN", "(", ")", ",", "1", "-", "e5",
                "LIKE ", "BETWEEN ", "IS ", "NULL ", "NAN ", "status", "\0", "\uD800", "ü", "@", ";", "--")
            .ListOf().Select(string.Concat);

    private static Gen<string> Damaged() =>
        from filter in Filters(3)
        from at in Gen.Choose(0, 10_000)
        from noise in Gen.Elements("", "'", "`", "(", ")", " ", "\0", "9", "x")
        let text = filter.ToString()
        select text[..(at % text.Length)] + noise + text[Math.Min(text.Length, (at % text.Length) + 1)..];
}
