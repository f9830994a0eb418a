using System.Data.Common;
using MlHub.Tracking.Metrics;

namespace MlHub.Adapters.Databases.RunLogs;

/// <summary>Reads the rows (step, timestamp, value, kind) of a history, in whatever order the command gives them.</summary>
internal static class HistoryPoints
{
    public static async Task<List<MetricPoint>> ReadAsync(DbCommand command, CancellationToken cancel)
    {
        var points = new List<MetricPoint>();
        await using var row = await command.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
        {
            var value = new MetricValue(row.GetDouble(2), (MetricKind)row.GetInt16(3));
            points.Add(new MetricPoint(row.GetInt64(0), row.GetInt64(1), value.Logged));
        }

        return points;
    }
}
