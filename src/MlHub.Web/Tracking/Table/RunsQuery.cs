using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using MlHub.Tracking.Table;

namespace MlHub.Web.Tracking.Table;

/// <summary>What the runs table shows, as its address says it: a shared link shows the same, and so does a saved view.</summary>
public sealed record RunsQuery
{
    public const int PageSize = 50;

    /// <summary>In place of columns or of a saved view: none, as opposed to no choice made.</summary>
    public const string None = "-";

    public string? Filter { get; init; }

    /// <summary>One term of the search language: <c>metrics.loss DESC</c>.</summary>
    public string? OrderBy { get; init; }

    /// <summary>The columns chosen; empty for the default ones.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Which of <see cref="FixedColumns"/> are shown; empty for those that tell the runs apart.</summary>
    public IReadOnlyList<string> Fixed { get; init; } = [];

    /// <summary>Columns and runs that stay in sight while the others scroll.</summary>
    public IReadOnlyList<string> PinnedColumns { get; init; } = [];
    public IReadOnlyList<string> PinnedRuns { get; init; } = [];

    /// <summary>As <see cref="GroupKey"/> writes it.</summary>
    public string? Group { get; init; }

    /// <summary>Whether runs lie within others as a tree; null to leave it to the table.</summary>
    public bool? Nest { get; init; }
    public bool Sparklines { get; init; } = true;
    public bool Deleted { get; init; }

    /// <summary>The saved view that was opened, which may have been changed since.</summary>
    public string? Saved { get; init; }
    public string? PageToken { get; init; }
    public int Page { get; init; } = 1;

    /// <summary>Families are folded while nobody asked for another order or only some of the runs.</summary>
    public bool IsTree => Group is null && (Nest ?? this is { Filter: null, OrderBy: null }) && !Deleted;

    /// <summary>Whether the address says nothing, so that the experiment's default view is opened.</summary>
    public bool IsPlain => ToPairs().All(p => string.IsNullOrEmpty(p.Value));

    public static RunsQuery Read(string? queryString)
    {
        var query = QueryHelpers.ParseQuery(queryString);
        var token = Text("page_token");
        return new()
        {
            Filter = Text("filter")?.Trim(),
            OrderBy = Text("order_by"),
            Columns = Without(All("cols"), All("drop")),
            Fixed = Without(All("fixed"), All("drop")),
            PinnedColumns = [.. Without(All("pin"), [.. All("unpin"), .. All("drop")]).TakeLast(Limits.PinnedColumns)],
            PinnedRuns = [.. All("pinned").TakeLast(Limits.PinnedRuns)],
            Group = GroupKey.ParseOrNull(Text("group"))?.ToString(),
            Nest = Text("nest") switch { "1" => true, "0" => false, _ => null },
            Sparklines = Text("lines") != "0",
            Deleted = Text("view") == "deleted",
            Saved = Text("saved"),
            PageToken = token,
            Page = token is null ? 1 : int.TryParse(Text("page"), NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? Math.Max(2, page) : 2,
        };

        string? Text(string name) => query.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value[^1]) ? value[^1] : null;

        List<string> All(string name) => [.. query.GetValueOrDefault(name, StringValues.Empty).OfType<string>().Where(v => v.Length > 0).Distinct().Take(Limits.TableColumns)];
    }

    public IEnumerable<(string Name, string? Value)> ToPairs() =>
    [
        ("filter", Filter), ("order_by", OrderBy), .. Columns.Select(c => ("cols", (string?)c)), .. Fixed.Select(c => ("fixed", (string?)c)),
        .. PinnedColumns.Select(c => ("pin", (string?)c)), .. PinnedRuns.Select(r => ("pinned", (string?)r)), ("group", Group),
        ("nest", Nest switch { true => "1", false => "0", null => null }), ("lines", Sparklines ? null : "0"), ("view", Deleted ? "deleted" : null), ("saved", Saved),
        ("page_token", PageToken), ("page", PageToken is null ? null : Page.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>What a saved view keeps of it.</summary>
    public string ToState() => QueryHelpers.AddQueryString("", (this with { Saved = null }).FirstPage().ToPairs()
        .Where(p => !string.IsNullOrEmpty(p.Value)).Select(p => KeyValuePair.Create(p.Name, p.Value))).TrimStart('?');

    public RunsQuery FirstPage() => this with { PageToken = null, Page = 1 };

    public RunsQuery NextPage(string token) => this with { PageToken = token, Page = Page + 1 };

    public RunsQuery Filtered(string? filter) => FirstPage() with { Filter = filter };

    /// <summary>What a click on a header asks for: largest first, then smallest first, then the usual order again.</summary>
    public string? NextOrder(string field) => IsSortedBy(field) switch { null => $"{field} DESC", true => $"{field} ASC", false => null };

    /// <summary>True if by this field and largest first, false if smallest first, null if not by this field.</summary>
    public bool? IsSortedBy(string field) => OrderBy == $"{field} DESC" ? true : OrderBy == $"{field} ASC" || OrderBy == field ? false : null;

    public RunTableQuery Of(long experimentId) => new(experimentId, Filter, OrderBy, Deleted, Outermost: IsTree);

    private static List<string> Without(List<string> all, List<string> dropped)
    {
        var left = all.Except(dropped).ToList();
        return left.Count == 0 && all.Count > 0 && dropped.Count > 0 ? [None] : left;
    }
}
