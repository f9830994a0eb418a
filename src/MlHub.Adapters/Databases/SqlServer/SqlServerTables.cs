using System.Data;
using Microsoft.Data.SqlClient;
using Microsoft.Data.SqlClient.Server;
using MlHub.Tracking.Metrics;

namespace MlHub.Adapters.Databases.SqlServer;

/// <summary>Lists as SQL Server takes them in bulk: table-valued parameters, streamed row by row without a copy.</summary>
internal static class SqlServerTables
{
    public const string PointsType = "dbo.logged_points", PairsType = "dbo.logged_pairs";

    private static readonly SqlMetaData[] PointColumns =
    [
        new("metric_key", SqlDbType.NVarChar, Limits.Key), new("step", SqlDbType.BigInt), new("ts", SqlDbType.BigInt),
        new("value", SqlDbType.Float), new("kind", SqlDbType.SmallInt),
    ];

    private static readonly SqlMetaData[] PairColumns =
        [new("pair_key", SqlDbType.NVarChar, Limits.Key), new("value", SqlDbType.NVarChar, SqlMetaData.Max)];

    /// <summary>The list must not be empty: for no rows SQL Server wants no value at all.</summary>
    public static SqlParameter Points(string name, IEnumerable<(string Key, MetricPoint Point)> points) => Table(name, PointsType, Rows(points));

    /// <summary>The same: not empty.</summary>
    public static SqlParameter Pairs(string name, IEnumerable<KeyValuePair<string, string>> pairs) => Table(name, PairsType, Rows(pairs));

    private static SqlParameter Table(string name, string type, IEnumerable<SqlDataRecord> rows) =>
        new(name, SqlDbType.Structured) { TypeName = type, Value = rows };

    /// <summary>One record is filled again for each row, which SqlClient has sent before it asks for the next.</summary>
    private static IEnumerable<SqlDataRecord> Rows(IEnumerable<(string Key, MetricPoint Point)> points)
    {
        var row = new SqlDataRecord(PointColumns);
        foreach (var (key, point) in points)
        {
            var value = MetricValue.Of(point.Value);
            row.SetString(0, key);
            row.SetInt64(1, point.Step);
            row.SetInt64(2, point.Timestamp);
            row.SetDouble(3, value.Stored);
            row.SetInt16(4, (short)value.Kind);
            yield return row;
        }
    }

    private static IEnumerable<SqlDataRecord> Rows(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var row = new SqlDataRecord(PairColumns);
        foreach (var (key, value) in pairs)
        {
            row.SetString(0, key);
            row.SetString(1, value);
            yield return row;
        }
    }
}
