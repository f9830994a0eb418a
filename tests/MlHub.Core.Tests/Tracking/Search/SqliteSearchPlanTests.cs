using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using MlHub.Tracking.Search;
using SQLitePCL;

namespace MlHub.Core.Tests.Tracking.Search;

/// <summary>That the usual searches are answered from an index, in its order: what SQLite says it does for the statements that are really run.</summary>
public sealed class SqliteSearchPlanTests : IAsyncLifetime
{
    private const string MetricIndex = "IX_metric_series_experiment_id_metric_key_value_run_key";
    private const string RunIndex = "IX_runs_experiment_id_is_deleted_start_time_run_id";

    private readonly SearchDatabase _database = new();

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        await _database.GivenRunAsync("one", "acc=1; loss=2; lr:'1'");
        await _database.GivenRunAsync("two", "acc=2; loss=1; lr:'2'", start: 1);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Newest_runs_come_straight_from_the_index()
    {
        var plan = Assert.Single(await PlansAsync(new([0], MaxResults: 1)));

        Assert.Equal([$"SEARCH t USING COVERING INDEX {RunIndex} (experiment_id=? AND is_deleted=?)", "USE TEMP B-TREE FOR LAST TERM OF ORDER BY"], plan);
    }

    [Fact]
    public async Task Next_page_starts_in_the_middle_of_the_index()
    {
        var (_, token) = await _database.PageAsync(new([0], MaxResults: 1));

        var plan = Assert.Single(await PlansAsync(new([0], MaxResults: 1, PageToken: token)));

        Assert.Contains($"{RunIndex} (experiment_id=? AND is_deleted=? AND start_time<?)", plan[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "metrics.acc DESC", "(experiment_id=? AND metric_key=?)")]
    [InlineData("metrics.acc > 0.5", "metrics.acc DESC", "(experiment_id=? AND metric_key=? AND value>?)")]
    [InlineData("metrics.acc < 5 AND params.lr LIKE '%'", "metrics.acc", "(experiment_id=? AND metric_key=? AND value<?)")]
    public async Task Order_of_a_metric_comes_from_its_index_and_full_pages_look_nowhere_else(string filter, string orderBy, string range)
    {
        var plans = await PlansAsync(new([0], filter, OrderBy: [orderBy], MaxResults: 1));

        var plan = plans[^1];
        Assert.Equal($"SEARCH o0 USING INDEX {MetricIndex} {range}", plan[0]);
        Assert.Equal("SEARCH t USING INTEGER PRIMARY KEY (rowid=?)", plan[1]);
        Assert.Equal("USE TEMP B-TREE FOR LAST 2 TERMS OF ORDER BY", plan[^1]);
        Assert.DoesNotContain(plans, p => p[0].StartsWith("SEARCH t", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rare_metric_values_are_found_by_their_index()
    {
        var plans = await PlansAsync(new([0], "metrics.acc > 1.5", MaxResults: 5));

        Assert.Contains(plans[^1], step => step.Contains($"{MetricIndex} (experiment_id=? AND metric_key=? AND value>?)", StringComparison.Ordinal));
    }

    private async Task<List<List<string>>> PlansAsync(RunSearch search)
    {
        await using var db = _database.Open();
        await db.Database.OpenConnectionAsync();
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        List<string> statements = [];
        raw.sqlite3_trace(connection.Handle, (_, sql) => statements.Add(sql), null!);
        await RunQuery.PageAsync(db, search.ExperimentIds, search, CancellationToken.None);
        raw.sqlite3_trace(connection.Handle, (strdelegate_trace?)null!, null!);
        return statements.Select(sql => Plan(connection, sql)).ToList();
    }

    private static List<string> Plan(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
        using var reader = command.ExecuteReader();
        List<string> steps = [];
        while (reader.Read())
        {
            steps.Add(reader.GetString(3));
        }

        return steps;
    }
}
