using Microsoft.EntityFrameworkCore;
using MlHub.Adapters.Databases;
using MlHub.Adapters.Databases.Postgres;
using MlHub.Testing.Databases;
using MlHub.Tracking;
using MlHub.Tracking.Search;
using Npgsql;

namespace MlHub.Core.Tests.Tracking.Search;

/// <summary>That PostgreSQL answers the usual searches from an index, in its order: its plans for the statements that are really run, over many runs.</summary>
public sealed class PostgresSearchPlanTests : IAsyncLifetime
{
    private const string MetricIndex = "IX_metric_series_experiment_id_metric_key_value_run_key";
    private const string RunIndex = "IX_runs_experiment_id_is_deleted_start_time_run_id";

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        await _database.Hub.WriteAsync(
            db => db.Database.ExecuteSqlRawAsync(
                """
                INSERT INTO runs (run_id, experiment_id, name, user_id, created_by, status, start_time, is_deleted)
                SELECT md5(i::text), 0, 'run', 'ann', 'ann', 1, i, FALSE FROM generate_series(1, 5000) i;
                INSERT INTO metric_series (run_key, experiment_id, metric_key, step, ts, value, kind, points)
                SELECT run_key, 0, 'm' || k, 0, 0, (run_key * 7919 + k) % 5000 / 5000.0, 0, 1 FROM runs, generate_series(0, 9) k;
                ANALYZE;
                """),
            CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Newest_runs_come_straight_from_the_index()
    {
        var plan = await PlanAsync(new([0], MaxResults: 100));

        Assert.Contains($"using \"{RunIndex}\" on runs t", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("metrics.m1 > 0.5")]
    public async Task Order_of_a_metric_comes_from_its_index(string filter)
    {
        var plan = await PlanAsync(new([0], filter, OrderBy: ["metrics.m1 DESC"], MaxResults: 100));

        Assert.Contains($"Index Scan Backward using \"{MetricIndex}\" on metric_series o0", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rare_metric_values_are_found_by_their_index()
    {
        var plan = await PlanAsync(new([0], "metrics.m1 > 0.999", MaxResults: 100));

        Assert.Contains($"\"{MetricIndex}\"", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan on metric_series", plan, StringComparison.Ordinal);
    }

    /// <summary>Of the first statement, which fills the page.</summary>
    private async Task<string> PlanAsync(RunSearch search)
    {
        using var recording = new RecordingConnection(() => new NpgsqlParameter());
        await using (var db = new PostgresHubDb(new DbContextOptionsBuilder<PostgresHubDb>().UseNpgsql(recording).Options))
        {
            await RunQuery.PageAsync(db, search.ExperimentIds, search, CancellationToken.None);
        }

        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("EXPLAIN " + recording.Sent[0].Sql, connection);
        command.Parameters.AddRange(recording.Sent[0].Parameters.Select(p => new NpgsqlParameter(p.ParameterName, p.Value)).ToArray());
        await using var row = await command.ExecuteReaderAsync();
        List<string> steps = [];
        while (await row.ReadAsync())
        {
            steps.Add(row.GetString(0));
        }

        return string.Join('\n', steps);
    }
}
