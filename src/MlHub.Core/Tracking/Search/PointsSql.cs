namespace MlHub.Tracking.Search;

/// <summary>Writes which rows of a table of keyed values count.</summary>
internal static class PointsSql
{
    /// <summary>A row of this key, where there is one, that was measured on the data asked for, where there are any.</summary>
    public static string IsOf(SqlStatement sql, KeyedValues values, string? key, string alias)
    {
        List<string> conditions = [];
        if (key is not null)
        {
            conditions.Add(sql.Dialect.Same($"{alias}.{values.KeyColumn}", sql.Parameter(key)));
        }

        if (values.Datasets.Count > 0)
        {
            conditions.Add($"({string.Join(" OR ", values.Datasets.Select(d => IsOn(sql, d, alias)))})");
        }

        return string.Join(" AND ", conditions);
    }

    /// <summary>That no such row is later, by timestamp and then by step.</summary>
    public static string IsLatest(SqlStatement sql, KeyedValues values, string key, string alias)
    {
        var later = $"{alias}l";
        return $"NOT EXISTS (SELECT 1 FROM {values.Table} {later} WHERE {later}.{values.OwnerColumn} = {alias}.{values.OwnerColumn}"
            + $" AND {IsOf(sql, values, key, later)}"
            + $" AND {later}.ts >= {alias}.ts AND ({later}.ts > {alias}.ts OR {later}.step > {alias}.step OR ({later}.step = {alias}.step AND {later}.id > {alias}.id)))";
    }

    private static string IsOn(SqlStatement sql, MeasuredOn data, string alias)
    {
        List<string> conditions = [];
        if (data.Name is { } name)
        {
            conditions.Add(sql.Dialect.Same($"{alias}.dataset_name", sql.Parameter(name)));
        }

        if (data.Digest is { } digest)
        {
            conditions.Add(sql.Dialect.Same($"{alias}.dataset_digest", sql.Parameter(digest)));
        }

        return $"({string.Join(" AND ", conditions)})";
    }
}
