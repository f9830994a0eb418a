using System.Data.Common;

namespace MlHub.Tracking.Search;

/// <summary>Any search, read and checked: it finds the keys of one page of rows.</summary>
internal sealed class KeySearch
{
    private readonly SearchPlan _plan;
    private readonly IReadOnlyList<SearchOrder> _order;
    private readonly IReadOnlyList<SortValue>? _after;
    private readonly string _text;
    private readonly bool _isEmpty;

    /// <param name="subject">What is searched.</param>
    /// <param name="scope">Where the caller may look; nothing else is found.</param>
    /// <param name="asked">Where the caller wants to look: a page token is good for no other place.</param>
    public KeySearch(
        SearchSubject subject, IReadOnlyList<long> scope, IReadOnlyList<long> asked, string? filter, ViewType view, IReadOnlyList<string>? orderBy, string? pageToken)
    {
        var parsed = FilterParser.Parse(filter, subject);
        var wanted = orderBy is { Count: > 0 } ? OrderByParser.Parse(orderBy, subject) : subject.DefaultOrder;
        _order = [.. wanted, .. subject.TieBreak.Where(t => wanted.All(w => w.Field != t.Field))];
        _text = $"{subject.Name}|{view}|{string.Join(',', asked)}|{string.Join('|', _order.Select(o => $"{o.Field} {o.Descending}"))}|{parsed}";
        _after = string.IsNullOrEmpty(pageToken) ? null : PageToken.Read(pageToken, _text, _order);
        _plan = new(subject, scope, view, parsed, _order);
        _isEmpty = scope.Count == 0;
    }

    /// <summary>How many rows a page has, as the caller wants it.</summary>
    public static int PageSize(long? maxResults, int @default, int max) => maxResults switch
    {
        null => @default,
        < 1 => throw HubException.Invalid($"Invalid value {maxResults} for parameter 'max_results' supplied: It must be at least 1, but got value {maxResults}"),
        _ when maxResults > max => throw HubException.Invalid($"Invalid value {maxResults} for parameter 'max_results' supplied: It must be at most {max}, but got value {maxResults}"),
        _ => (int)maxResults,
    };

    public async Task<Page<long>> PageAsync(HubDb db, int size, CancellationToken cancel)
    {
        List<long> keys = [];
        IReadOnlyList<SortValue> last = [];
        foreach (var part in _isEmpty ? [] : _plan.Parts(_after))
        {
            var dialect = SqlDialect.Of(db);
            var columns = _plan.Columns(part, dialect);
            await using var reader = await _plan.Statement(dialect, part, _after, size + 1 - keys.Count).ReadAsync(db, cancel);
            while (await reader.ReadAsync(cancel))
            {
                if (keys.Count == size)
                {
                    return new(keys, PageToken.Write(_text, last));
                }

                keys.Add(reader.GetInt64(0));
                last = keys.Count == size ? Place(reader, columns) : last;
            }
        }

        return new(keys, null);
    }

    /// <summary>The statements that a page may take, for tests of how the database runs them.</summary>
    internal IEnumerable<SqlStatement> Statements(SqlDialect dialect, int size) =>
        _plan.Parts(_after).Select(part => _plan.Statement(dialect, part, _after, size + 1));

    private static List<SortValue> Place(DbDataReader reader, IReadOnlyList<OrderColumn> columns)
    {
        List<SortValue> place = [];
        var at = 1;
        foreach (var column in columns)
        {
            var @class = column.ClassSql is null ? column.OnlyClass : (SortClass)reader.GetInt32(at++);
            var value = @class == SortClass.Value ? Value(reader, at, column.Order.Field.Field.Type) : null;
            at += column.HasValues ? 1 : 0;
            place.Add(new(@class, value));
        }

        return place;
    }

    private static object Value(DbDataReader reader, int at, FieldType type) => type switch
    {
        FieldType.WholeNumber => reader.GetInt64(at),
        FieldType.Metric => reader.GetDouble(at),
        _ => reader.GetString(at),
    };
}
