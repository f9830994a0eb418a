using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Tracking.Search;

namespace MlHub.Tracking;

/// <summary>A dataset that runs of an experiment read, and as what.</summary>
public sealed record DatasetSummary(long ExperimentId, string Name, string Digest, string? Context);

/// <summary>Finds the datasets that runs read.</summary>
public sealed class DatasetSearches(HubDbFactory hub)
{
    /// <summary>Those of the experiments that the caller may read, each once for every context it was used in.</summary>
    public async Task<List<DatasetSummary>> SummariesAsync(Caller caller, IReadOnlyList<long> experimentIds, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var readable = await db.ReadableOfAsync(caller, experimentIds, cancel);
        List<DatasetSummary> found = [];
        if (readable.Count > 0)
        {
            var dialect = SqlDialect.Of(db);
            var sql = new SqlStatement(dialect)
                .Add($"SELECT DISTINCT d.experiment_id, d.name, d.digest, {dialect.JsonText("x.tags_json", LoggedInput.ContextTag)}")
                .Add(" FROM run_inputs x JOIN datasets d ON d.dataset_id = x.dataset_id WHERE ")
                .AddIn("d.experiment_id", readable).Add($" ORDER BY 1, 2, 3, 4 {dialect.Limit(Limits.DatasetSummaries)}");
            await sql.ReadAsync(
                db, row => found.Add(new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3))), cancel);
        }

        return found;
    }
}
