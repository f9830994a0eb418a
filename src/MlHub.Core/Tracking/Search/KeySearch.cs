
namespace MlHub.Tracking.Search;

/// <summary>Any search, read and checked: it finds the keys of one page of rows.</summary>
internal sealed class KeySearch
{
    private readonly SearchPlan _plan;
    private readonly IReadOnlyList<SearchOrder> _order;
    private readonly IReadOnlyList<SortValue>? _after;
    private readonly string _text;
    private readonly Filter? _filter;
    private readonly IReadOnlyList<long>? _scope;

    /// <summary>How many rows a count that is not of all stops at.</summary>
    public const int CountedAtMost = 20_000;

    /// <param name="subject">What is searched.</param>
    /// <param name="scope">Where the caller may look, nothing else is found; null for everywhere.</param>
    /// <param name="asked">Where the caller wants to look: a page token is good for no other place.</param>
    public KeySearch(
        SearchSubject subject, IReadOnlyList<long>? scope, IReadOnlyList<long> asked, string? filter, ViewType view, IReadOnlyList<string>? orderBy, string? pageToken)
        : this(subject, scope, asked, filter, view, orderBy is { Count: > 0 } ? OrderByParser.Parse(orderBy, subject) : [], pageToken)
    {
    }

    /// <summary>The same with an order that was read already, and with what only pages ask for beyond a filter.</summary>
    public KeySearch(
        SearchSubject subject, IReadOnlyList<long>? scope, IReadOnlyList<long> asked, string? filter, ViewType view, IReadOnlyList<SearchOrder> order, string? pageToken,
        Restriction? restriction = null)
    {
        _filter = subject.Meaning(FilterParser.Parse(filter, subject));
        _scope = scope;
        _order = WithTieBreak(order.Count > 0 ? order : subject.DefaultOrder, subject);
        _text = $"{subject.Name}|{view}|{string.Join(',', asked)}|{string.Join('|', _order.Select(o => $"{o.Field} {o.Descending}"))}|{_filter}|{restriction?.Text}";
        _after = string.IsNullOrEmpty(pageToken) ? null : PageToken.Read(pageToken, _text, _order);
        _plan = new(subject, scope, view, _filter, _order, restriction);
    }

    /// <summary>How many rows a page has, as the caller wants it.</summary>
    public static int PageSize(long? maxResults, int @default, int max) => maxResults switch
    {
        null => @default,
        < 1 => throw HubException.Invalid($"Invalid value {maxResults} for parameter 'max_results' supplied: It must be at least 1, but got value {maxResults}"),
        _ when maxResults > max => throw HubException.Invalid($"Invalid value {maxResults} for parameter 'max_results' supplied: It must be at most {max}, but got value {maxResults}"),
        _ => (int)maxResults,
    };

    /// <summary>
    /// How many rows there are; false beside it where there are more. A filter is asked of every row, so that counting what it leaves ends at
    /// <see cref="CountedAtMost"/>.
    /// </summary>
    public async Task<(long Rows, bool IsAll)> CountAsync(HubDb db, CancellationToken cancel)
    {
        if (_scope is { Count: 0 })
        {
            return (0, true);
        }

        var most = _filter is null ? int.MaxValue : CountedAtMost;
        long rows = 0;
        await _plan.Count(SqlDialect.Of(db), most, await Narrowing.FindOrNullAsync(db, _filter, _scope, cancel)).ReadAsync(db, row => rows = row.GetInt64(0), cancel);
        return (rows, rows < most);
    }

    /// <summary>All rows <c>t</c> without an order: what is selected of them, joined as <paramref name="join"/> writes it.</summary>
    public SqlStatement All(SqlDialect dialect, string selected, Action<SqlStatement> join) => _plan.All(dialect, selected, join);

    /// <param name="db">Where to look.</param>
    /// <param name="size">How many rows the page has.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <param name="skip">How many rows are passed over: for a jump, as the database goes through all of them.</param>
    public async Task<Page<long>> PageAsync(HubDb db, int size, CancellationToken cancel, int skip = 0)
    {
        var dialect = SqlDialect.Of(db);
        List<long> keys = [];
        List<SortValue>? last = null;
        var isLastPage = true;
        var parts = _scope is { Count: 0 } ? [] : _plan.Parts(_after).ToList();
        var narrowing = parts.Count == 0 ? null : await Narrowing.FindOrNullAsync(db, _filter, _scope, cancel);
        foreach (var part in parts)
        {
            var columns = _plan.Columns(part, dialect);
            var before = keys.Count;
            await _plan.Statement(dialect, part, _after, size + 1 - keys.Count, narrowing, skip).ReadAsync(db, Take, cancel);
            if (skip > 0)
            {
                // What this part had fewer than were to be passed over is left to pass over in the next.
                skip = keys.Count > before ? 0 : part == parts[^1] ? 0 : (int)Math.Max(0, skip - await _plan.CountOfPartAsync(db, part!.Value, narrowing, cancel));
            }

            if (!isLastPage)
            {
                break;
            }

            bool Take(SqlRows row)
            {
                if (keys.Count == size)
                {
                    return isLastPage = false;
                }

                keys.Add(row.GetInt64(0));
                last = keys.Count == size ? Place(row, columns) : null;
                return true;
            }
        }

        return new(keys, isLastPage ? null : PageToken.Write(_text, last!));
    }

    /// <summary>Every row has a place of its own, and what would come after the unique field says nothing more.</summary>
    private static List<SearchOrder> WithTieBreak(IReadOnlyList<SearchOrder> wanted, SearchSubject subject)
    {
        List<SearchOrder> order = [.. wanted, .. subject.TieBreak.Where(t => wanted.All(w => w.Field != t.Field))];
        return order[..(order.FindIndex(o => o.Field == subject.TieBreak[^1].Field) + 1)];
    }

    private static List<SortValue> Place(SqlRows row, IReadOnlyList<OrderColumn> columns)
    {
        List<SortValue> place = [];
        var at = 1;
        foreach (var column in columns)
        {
            var @class = column.ClassSql is null ? column.OnlyClass : (SortClass)row.GetInt32(at++);
            var value = @class == SortClass.Value ? Value(row, at, column.Order.Field.Field.Type) : null;
            at += column.HasValues ? 1 : 0;
            place.Add(new(@class, value));
        }

        return place;
    }

    private static object Value(SqlRows row, int at, FieldType type) => type switch
    {
        FieldType.WholeNumber => row.GetInt64(at),
        FieldType.Metric => row.GetDouble(at),
        _ => row.GetString(at),
    };
}
