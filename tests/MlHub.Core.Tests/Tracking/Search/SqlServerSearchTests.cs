using System.Data;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Adapters.Databases.SqlServer;
using MlHub.Tracking;
using MlHub.Tracking.Search;

namespace MlHub.Core.Tests.Tracking.Search;

/// <summary>SQL Server does not run here: these tests hold the statements that it would get, and that they can be answered from an index.</summary>
public sealed class SqlServerSearchTests
{
    [Fact]
    public async Task Newest_runs_are_asked_for_in_the_order_of_their_index()
    {
        var sent = Assert.Single(await SentAsync(new([0], MaxResults: 100)));

        Assert.Contains("FROM runs t WHERE t.experiment_id = 0 AND t.is_deleted = 0 ORDER BY t.start_time DESC, t.run_id", sent.Sql, StringComparison.Ordinal);
        Assert.EndsWith("OFFSET 0 ROWS FETCH NEXT 101 ROWS ONLY", sent.Sql, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_metrics_order_begins_with_the_columns_of_its_index()
    {
        var sent = (await SentAsync(new([0], "metrics.acc > 0.5", OrderBy: ["metrics.acc DESC"], MaxResults: 100)))[0];

        Assert.Contains("FROM metric_series o0 JOIN runs t ON t.run_key = o0.run_key", sent.Sql, StringComparison.Ordinal);
        Assert.Contains("WHERE o0.experiment_id = 0 AND (o0.metric_key = @p0 AND ", sent.Sql, StringComparison.Ordinal);
        Assert.Contains("ORDER BY o0.value DESC, t.start_time DESC", sent.Sql, StringComparison.Ordinal);
        Assert.Equal([DbType.String, DbType.Double], sent.Parameters.Select(p => p.DbType).Distinct());
    }

    [Theory]
    [InlineData("params.lr = '0.1'", "params", "param_key")]
    [InlineData("tags.team = 'vision'", "run_tags", "tag_key")]
    public async Task A_key_is_compared_bare_before_it_is_compared_letter_by_letter(string filter, string table, string key)
    {
        var sent = Assert.Single(await SentAsync(new([0], filter)));

        Assert.Contains($"FROM {table} ", sent.Sql, StringComparison.Ordinal);
        Assert.Matches($@"\((\w+)\.{key} = @p\d AND \1\.{key} COLLATE Latin1_General_BIN2 = @p\d\)", sent.Sql);
        Assert.DoesNotContain("0.1", sent.Sql, StringComparison.Ordinal);
        Assert.DoesNotContain("vision", sent.Sql, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_is_found_by_an_id_of_one_byte_a_letter_as_its_column_is()
    {
        using var connection = new RecordingConnection(() => new SqlParameter());
        await using var db = Open(connection);

        await Assert.ThrowsAsync<HubException>(() => db.ReadableRunKeyAsync(Caller.Local, "abc", CancellationToken.None));

        var id = Assert.IsType<SqlParameter>(Assert.Single(connection.Sent[0].Parameters));
        Assert.Equal((SqlDbType.VarChar, "abc"), (id.SqlDbType, id.Value));
    }

    private static SqlServerHubDb Open(RecordingConnection connection) =>
        new(new DbContextOptionsBuilder<SqlServerHubDb>().UseSqlServer(connection).Options);

    private static async Task<List<SentStatement>> SentAsync(RunSearch search)
    {
        using var connection = new RecordingConnection(() => new SqlParameter());
        await using var db = Open(connection);
        await RunQuery.PageAsync(db, search.ExperimentIds, search, CancellationToken.None);
        return connection.Sent;
    }
}
