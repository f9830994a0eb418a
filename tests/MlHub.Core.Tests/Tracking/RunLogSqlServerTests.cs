using System.Data;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Data.SqlClient;
using Microsoft.Data.SqlClient.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using MlHub.Access;
using MlHub.Adapters.Databases.RunLogs;
using MlHub.Adapters.Databases.SqlServer;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;

namespace MlHub.Core.Tests.Tracking;

/// <summary>SQL Server does not run here: these tests hold the statements and what is bound to them.</summary>
public sealed partial class RunLogSqlServerTests
{
    private static readonly LoggedTo To = new(ExperimentId: 7, RunKey: 42);
    private static readonly Dictionary<string, string> Pairs = new() { ["lr"] = "0.1", ["k\"1"] = "größe" };

    [Fact]
    public void Every_statement_has_a_value_for_each_of_its_parameters_and_no_other()
    {
        var caller = new Caller(Guid.NewGuid(), "ann");
        List<SqlCommand> commands =
        [
            SqlServerLogCommands.FindRun(caller, "r"), SqlServerLogCommands.AddParams(To, Pairs), SqlServerLogCommands.SetTags(To, Pairs),
            SqlServerLogCommands.Rename(To, "new"), SqlServerLogCommands.AddPoints(To, SeriesPoints.Of([new("loss", 1, 1, 1)])),
            SqlServerLogCommands.AddEvent(DateTimeOffset.UnixEpoch, caller, "r", To, "{}"),
            SqlServerLogCommands.History(1, after: null, 9, 10), SqlServerLogCommands.History(1, new MetricPoint(1, 2, 3), 9, 10),
        ];

        foreach (var command in commands)
        {
            var declared = Declared().Matches(command.CommandText).Select(m => m.Groups[1].Value);
            var used = Used().Matches(command.CommandText).Select(m => m.Value).Distinct().Except(declared);
            Assert.Equal(used.Order(), command.Parameters.Cast<SqlParameter>().Select(p => p.ParameterName).Order());
            Assert.All(command.Parameters.Cast<SqlParameter>(), p => Assert.NotNull(p.Value));
        }
    }

    [Fact]
    public void A_run_is_found_by_its_varchar_id_and_locked()
    {
        var command = SqlServerLogCommands.FindRun(new Caller(Guid.NewGuid(), "ann"), new string('a', 65));

        Assert.Equal((SqlDbType.VarChar, 65), (command.Parameters["@run"].SqlDbType, command.Parameters["@run"].Size));
        Assert.Equal(SqlDbType.UniqueIdentifier, command.Parameters["@caller"].SqlDbType);
        Assert.Contains("WITH (UPDLOCK, ROWLOCK)", command.CommandText, StringComparison.Ordinal);
    }

    [Fact]
    public void Points_are_sent_in_bulk_by_key_with_the_latest_of_each_series()
    {
        var command = SqlServerLogCommands.AddPoints(
            To, SeriesPoints.Of([new("b", double.NaN, 5, 1), new("a", 0.1, 5, 2), new("a", double.PositiveInfinity, 6, 1)]));

        Assert.Equal((42L, 7L), (command.Parameters["@run_key"].Value, command.Parameters["@experiment_id"].Value));
        Assert.Equal(["a|2|5|0.1|0", "b|1|5|0|1"], Rows(command, "@latest", "dbo.logged_points"));
        Assert.Equal(["a|2|5|0.1|0", "a|1|6|1.7976931348623157E+308|2", "b|1|5|0|1"], Rows(command, "@points", "dbo.logged_points"));
    }

    [Fact]
    public void Params_and_tags_are_sent_in_bulk_as_they_are()
    {
        Assert.Equal(["lr|0.1", "k\"1|größe"], Rows(SqlServerLogCommands.AddParams(To, Pairs), "@params", "dbo.logged_pairs"));
        Assert.Equal(["lr|0.1", "k\"1|größe"], Rows(SqlServerLogCommands.SetTags(To, Pairs), "@tags", "dbo.logged_pairs"));
    }

    [Fact]
    public async Task Lists_have_the_columns_of_their_types_and_keys_are_compared_as_in_the_tables()
    {
        await using var db = new SqlServerHubDb(new DbContextOptionsBuilder<SqlServerHubDb>().UseSqlServer("Server=none").Options);
        var script = db.GetService<IMigrator>().GenerateScript();

        Assert.Equal(ColumnsOf(SqlServerLogCommands.AddPoints(To, SeriesPoints.Of([new("a", 1, 1, 1)])), "@points"), TypeIn(script, "dbo.logged_points"));
        Assert.Equal(ColumnsOf(SqlServerLogCommands.AddParams(To, Pairs), "@params"), TypeIn(script, "dbo.logged_pairs"));
        // A join of two collations would be an error, or would pass by the index.
        foreach (var key in (string[])["[metric_key] nvarchar(250) COLLATE", "[param_key] nvarchar(250) COLLATE", "[tag_key] nvarchar(250) COLLATE", "metric_key nvarchar(250) COLLATE", "pair_key nvarchar(250) COLLATE"])
        {
            Assert.Contains($"{key} Latin1_General_100_BIN2 NOT NULL", script, StringComparison.Ordinal);
        }

        Assert.Contains("SET READ_COMMITTED_SNAPSHOT ON", script, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_table_is_reached_through_the_run_whose_row_is_locked()
    {
        foreach (var sql in (string[])[SqlServerLogSql.AddParams, SqlServerLogSql.SetTags, SqlServerLogSql.AddPoints])
        {
            Assert.All(Reached().Matches(sql).Select(m => m.Groups[1].Value), alias => Assert.Contains($"{alias}.run_key = @run_key", sql, StringComparison.Ordinal));
            Assert.DoesNotContain("COLLATE Latin1_General_100_BIN2)", sql.Replace("n.value COLLATE Latin1_General_100_BIN2)", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        Assert.Contains("WHERE m.series_id = s.series_id AND m.step = p.step AND m.ts = p.ts AND m.value = p.value AND m.kind = p.kind", SqlServerLogSql.AddPoints, StringComparison.Ordinal);
    }

    [Fact]
    public void No_statement_merges()
    {
        string[] statements = [SqlServerLogSql.AddParams, SqlServerLogSql.SetTags, SqlServerLogSql.AddPoints];

        Assert.All(statements, sql => Assert.DoesNotContain("MERGE", sql, StringComparison.OrdinalIgnoreCase));
        Assert.All(statements, sql => Assert.Contains("WHERE NOT EXISTS", sql, StringComparison.Ordinal));
    }

    private static List<string> Rows(SqlCommand command, string name, string type)
    {
        var list = command.Parameters[name];
        Assert.Equal((SqlDbType.Structured, type), (list.SqlDbType, list.TypeName));
        return [.. ((IEnumerable<SqlDataRecord>)list.Value!).Select(r => string.Join('|', Enumerable.Range(0, r.FieldCount).Select(i => Convert.ToString(r.GetValue(i), CultureInfo.InvariantCulture))))];
    }

    private static string ColumnsOf(SqlCommand command, string name)
    {
        var row = ((IEnumerable<SqlDataRecord>)command.Parameters[name].Value!).First();
        return string.Join(", ", Enumerable.Range(0, row.FieldCount).Select(i => $"{row.GetName(i)} {row.GetDataTypeName(i)}"));
    }

    private static string TypeIn(string script, string type)
    {
        var columns = Regex.Match(script, $@"CREATE TYPE {type} AS TABLE \((.+?)\);", RegexOptions.Singleline).Groups[1].Value;
        return string.Join(", ", Regex.Matches(columns, @"(\w+) (nvarchar|bigint|float|smallint)").Select(m => $"{m.Groups[1]} {m.Groups[2]}"));
    }

    [GeneratedRegex(@"(?<!@)\b(?:params|run_tags|metric_series) AS (\w)")]
    private static partial Regex Reached();

    [GeneratedRegex(@"DECLARE (@\w+)")]
    private static partial Regex Declared();

    [GeneratedRegex(@"@\w+")]
    private static partial Regex Used();
}
