using System.Text;
using Microsoft.EntityFrameworkCore;

namespace MlHub.Tracking.Search;

/// <summary>What the databases say differently. Everything passed in is our own SQL or the name of a parameter, never a caller's text.</summary>
public abstract class SqlDialect
{
    /// <summary>The dialect of the database that the context is connected to.</summary>
    public static SqlDialect Of(HubDb db) => db.Database.ProviderName switch
    {
        "Microsoft.EntityFrameworkCore.Sqlite" => SqliteDialect.Instance,
        "Npgsql.EntityFrameworkCore.PostgreSQL" => PostgresDialect.Instance,
        "Microsoft.EntityFrameworkCore.SqlServer" => SqlServerDialect.Instance,
        var other => throw new NotSupportedException($"No search on {other}."),
    };

    /// <summary>Whether rows come without waiting for a network.</summary>
    public virtual bool IsInProcess => false;

    public abstract string Boolean(bool value);

    /// <summary>Ends a statement that has an order; so many rows are passed over first.</summary>
    public virtual string Limit(int rows, int skip = 0) => skip == 0 ? $"LIMIT {rows}" : $"LIMIT {rows} OFFSET {skip}";

    /// <summary>Ends a statement that has none.</summary>
    public virtual string LimitUnordered(int rows) => Limit(rows);

    /// <summary>
    /// The distinct keys of an experiment's metrics in their order: from one to the next by the index that begins with them, so that the cost is that
    /// of the keys and not of the rows.
    /// </summary>
    public virtual string MetricKeys(long experimentId) =>
        $"""
        WITH RECURSIVE k(name) AS (
            SELECT MIN(m.metric_key) FROM metric_series m WHERE m.experiment_id = {experimentId}
            UNION ALL
            SELECT (SELECT MIN(m.metric_key) FROM metric_series m WHERE m.experiment_id = {experimentId} AND m.metric_key > k.name) FROM k WHERE k.name IS NOT NULL)
        SELECT name FROM k WHERE name IS NOT NULL
        """;

    /// <summary>A text that is compared with a column of one byte a letter.</summary>
    public virtual string Ascii(string text) => text;

    /// <summary>Text as it is sorted: by code points, everywhere the same.</summary>
    public virtual string Sorted(string text) => text;

    /// <summary>Whether two texts are the same, letter by letter.</summary>
    public virtual string Same(string text, string parameter) => $"{text} = {parameter}";

    public virtual string Different(string text, string parameter) => $"{text} <> {parameter}";

    public virtual string OneOf(string text, string parameters) => $"{text} IN ({parameters})";

    public abstract string Like(string text, string parameter, bool ignoreCase);

    /// <summary>A pattern of '%' and '_' as this database writes it, with all else in it taken literally.</summary>
    public abstract string LikePattern(string pattern, bool ignoreCase);

    /// <summary>A text in a JSON object, by a key of ours.</summary>
    public abstract string JsonText(string json, string key);

    /// <summary>
    /// Removes so many points of the series <c>{0}</c>, its first in the order of their key where the database has one; SQLite none
    /// where there are no more.
    /// </summary>
    public abstract string DeletePoints(int most);
}

/// <summary>SQLite's LIKE knows the case of ASCII letters only; its GLOB heeds case, but takes sets of letters: [äÄ].</summary>
internal sealed class SqliteDialect : SqlDialect
{
    public static readonly SqliteDialect Instance = new();

    public override bool IsInProcess => true;

    public override string Boolean(bool value) => value ? "1" : "0";

    public override string Like(string text, string parameter, bool ignoreCase) => $"{text} GLOB {parameter}";

    public override string LikePattern(string pattern, bool ignoreCase) =>
        string.Concat(pattern.EnumerateRunes().Select(c => c.Value switch
        {
            '%' => "*",
            '_' => "?",
            '*' or '?' or '[' => $"[{c}]",
            _ when ignoreCase && Rune.ToLowerInvariant(c) != Rune.ToUpperInvariant(c) => $"[{Rune.ToLowerInvariant(c)}{Rune.ToUpperInvariant(c)}]",
            _ => c.ToString(),
        }));

    public override string JsonText(string json, string key) => $"json_extract({json}, '$.\"{key}\"')";

    public override string DeletePoints(int most) =>
        "DELETE FROM metrics WHERE series_id = {0} AND (step, ts, value, kind) < "
        + $"(SELECT step, ts, value, kind FROM metrics WHERE series_id = {{0}} ORDER BY step, ts, value, kind LIMIT 1 OFFSET {most})";
}

internal sealed class PostgresDialect : SqlDialect
{
    public static readonly PostgresDialect Instance = new();

    public override string Boolean(bool value) => value ? "TRUE" : "FALSE";

    public override string Sorted(string text) => $"{text} COLLATE \"C\"";

    public override string Like(string text, string parameter, bool ignoreCase) => $"{text} {(ignoreCase ? "ILIKE" : "LIKE")} {parameter} ESCAPE ''";

    public override string LikePattern(string pattern, bool ignoreCase) => pattern;

    public override string JsonText(string json, string key) => $"({json}::jsonb ->> '{key}')";

    public override string DeletePoints(int most) =>
        $"DELETE FROM metrics WHERE ctid = ANY (ARRAY(SELECT ctid FROM metrics WHERE series_id = {{0}} LIMIT {most}))";
}

/// <summary>
/// SQL Server compares as the database's collation says, mostly ignoring case: the plain comparison finds by index,
/// the binary one decides.
/// </summary>
internal sealed class SqlServerDialect : SqlDialect
{
    public static readonly SqlServerDialect Instance = new();

    public override string Boolean(bool value) => value ? "1" : "0";

    public override string Limit(int rows, int skip = 0) => $"OFFSET {skip} ROWS FETCH NEXT {rows} ROWS ONLY";

    public override string LimitUnordered(int rows) => $"ORDER BY (SELECT NULL) {Limit(rows)}";

    public override string MetricKeys(long experimentId) => $"SELECT DISTINCT metric_key FROM metric_series WHERE experiment_id = {experimentId} ORDER BY metric_key";

    public override string Ascii(string text) => $"CAST({text} AS varchar({Limits.RunId}))";

    public override string Sorted(string text) => $"{text} COLLATE Latin1_General_BIN2";

    public override string Same(string text, string parameter) => $"({text} = {parameter} AND {Sorted(text)} = {parameter})";

    public override string Different(string text, string parameter) => $"{Sorted(text)} <> {parameter}";

    public override string OneOf(string text, string parameters) => $"{Sorted(text)} IN ({parameters})";

    public override string Like(string text, string parameter, bool ignoreCase) =>
        $"{text} COLLATE {(ignoreCase ? "Latin1_General_100_CI_AS" : "Latin1_General_BIN2")} LIKE {parameter} ESCAPE '\\'";

    public override string LikePattern(string pattern, bool ignoreCase) =>
        pattern.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal);

    public override string JsonText(string json, string key) => $"JSON_VALUE({json}, '$.\"{key}\"')";

    public override string DeletePoints(int most) => $"DELETE TOP ({most}) FROM metrics WHERE series_id = {{0}}";
}
