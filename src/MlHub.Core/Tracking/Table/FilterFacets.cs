using System.Globalization;
using MlHub.Tracking.Search;

namespace MlHub.Tracking.Table;

/// <summary>What people filter by so often that a page offers it as a choice.</summary>
public enum Facet
{
    Status,

    /// <summary>Started at an instant in milliseconds since 1970, or later.</summary>
    Since,
    Dataset,
}

/// <summary>Puts such a choice into a filter and finds it there again: the filter's text stays the only truth.</summary>
public static class FilterFacets
{
    /// <summary>What the filter demands of it, where it does so plainly.</summary>
    public static string? ValueOrNull(string? filter, Facet facet) =>
        ParseOrNull(filter)?.AllOf.Where(part => IsOf(part, facet)).Select(part => part switch
        {
            TextComparison text => text.Value,
            NumberComparison number => number.Value.ToString("R", CultureInfo.InvariantCulture),
            _ => null,
        }).FirstOrDefault();

    /// <summary>The filter with this demand in place of another of its kind, or without any. What cannot be read as a filter is replaced.</summary>
    public static string? With(string? filter, Facet facet, string? value)
    {
        // The last comes first.
        var parts = (ParseOrNull(filter)?.AllOf ?? []).Reverse().Where(part => !IsOf(part, facet));
        if (value is not null && ParseOrNull(TextOf(facet, value)) is { } demand)
        {
            parts = parts.Append(demand);
        }

        return parts.Aggregate((Filter?)null, (all, part) => all is null ? part : new And(all, part))?.ToString();
    }

    private static string TextOf(Facet facet, string value) => facet switch
    {
        Facet.Status => $"attributes.status = '{Quoted(value)}'",
        Facet.Since => $"attributes.start_time >= {value}",
        _ => $"datasets.name = '{Quoted(value)}'",
    };

    private static bool IsOf(Filter part, Facet facet) => (facet, part) switch
    {
        (Facet.Status, TextComparison { Operator: TextOperator.Equal, Field.Field.Name: "status" }) => true,
        (Facet.Since, NumberComparison { Operator: NumberOperator.GreaterOrEqual, Field.Field.Name: "start_time" }) => true,
        (Facet.Dataset, TextComparison { Operator: TextOperator.Equal, Field.Field: RelatedValue { Name: "name" } }) => true,
        _ => false,
    };

    private static Filter? ParseOrNull(string? text)
    {
        try
        {
            return FilterParser.Parse(text, SearchSubjects.Runs);
        }
        catch (HubException)
        {
            return null;
        }
    }

    private static string Quoted(string text) => text.Replace("'", "''", StringComparison.Ordinal);
}
