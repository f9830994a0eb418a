using System.Globalization;

namespace MlHub.Web.Tracking;

/// <summary>What the runs table shows, as its address says it: a shared link shows the same.</summary>
public sealed record RunsQuery
{
    public const int PageSize = 50;

    /// <summary>In place of columns: none beyond the fixed ones, as opposed to no choice made.</summary>
    public const string NoColumns = "-";

    public string? Filter { get; init; }

    /// <summary>One term of the search language: <c>metrics.loss DESC</c>.</summary>
    public string? OrderBy { get; init; }

    /// <summary>The columns chosen; empty for the default ones.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];
    public bool Deleted { get; init; }
    public string? PageToken { get; init; }
    public int Page { get; init; } = 1;

    public static RunsQuery Of(string? filter, string? orderBy, string[]? columns, string? view, string? pageToken, int? page) => new()
    {
        Filter = string.IsNullOrWhiteSpace(filter) ? null : filter.Trim(),
        OrderBy = string.IsNullOrWhiteSpace(orderBy) ? null : orderBy,
        Columns = columns ?? [],
        Deleted = view == "deleted",
        PageToken = string.IsNullOrEmpty(pageToken) ? null : pageToken,
        Page = string.IsNullOrEmpty(pageToken) ? 1 : Math.Max(2, page ?? 2),
    };

    public IEnumerable<(string Name, string? Value)> ToPairs() =>
    [
        ("filter", Filter), ("order_by", OrderBy), .. Columns.Select(c => ("cols", (string?)c)), ("view", Deleted ? "deleted" : null),
        ("page_token", PageToken), ("page", PageToken is null ? null : Page.ToString(CultureInfo.InvariantCulture)),
    ];

    public RunsQuery FirstPage() => this with { PageToken = null, Page = 1 };

    public RunsQuery NextPage(string token) => this with { PageToken = token, Page = Page + 1 };

    public RunsQuery Filtered(string? filter) => FirstPage() with { Filter = filter };

    /// <summary>A click on a header: largest first, then smallest first, then the usual order again.</summary>
    public RunsQuery Sorted(string field) => FirstPage() with
    {
        OrderBy = IsSortedBy(field) switch { null => $"{field} DESC", true => $"{field} ASC", false => null },
    };

    /// <summary>True if by this field and largest first, false if smallest first, null if not by this field.</summary>
    public bool? IsSortedBy(string field) => OrderBy == $"{field} DESC" ? true : OrderBy == $"{field} ASC" || OrderBy == field ? false : null;
}
