using System.Data;
using System.Text.RegularExpressions;
using Microsoft.Data.SqlClient;
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
            SqlServerLogCommands.History(1, after: null, 10), SqlServerLogCommands.History(1, new MetricPoint(1, 2, 3), 10),
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
    public void Points_are_sent_as_numbers_and_kinds_with_the_latest_of_each_series()
    {
        var command = SqlServerLogCommands.AddPoints(
            To, SeriesPoints.Of([new("b", double.NaN, 5, 1), new("a", 0.1, 5, 2), new("a", double.PositiveInfinity, 6, 1)]));

        Assert.Equal((42L, 7L), (command.Parameters["@run_key"].Value, command.Parameters["@experiment_id"].Value));
        Assert.Equal("""[["a",2,5,0.1,0],["b",1,5,0,1]]""", command.Parameters["@series"].Value);
        Assert.Equal("""[["a",2,5,0.1,0],["a",1,6,1.7976931348623157E+308,2],["b",1,5,0,1]]""", command.Parameters["@points"].Value);
        Assert.Equal(-1, command.Parameters["@points"].Size);
    }

    [Fact]
    public void Params_and_tags_are_sent_as_pairs()
    {
        Assert.Equal("""[["lr","0.1"],["k\u00221","gr\u00F6\u00DFe"]]""", SqlServerLogCommands.AddParams(To, Pairs).Parameters["@params"].Value);
        Assert.Equal("""[["lr","0.1"],["k\u00221","gr\u00F6\u00DFe"]]""", SqlServerLogCommands.SetTags(To, Pairs).Parameters["@tags"].Value);
    }

    [Fact]
    public void No_statement_merges()
    {
        string[] statements = [SqlServerLogSql.AddParams, SqlServerLogSql.SetTags, SqlServerLogSql.AddPoints];

        Assert.All(statements, sql => Assert.DoesNotContain("MERGE", sql, StringComparison.OrdinalIgnoreCase));
        Assert.All(statements, sql => Assert.Contains("WHERE NOT EXISTS", sql, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"DECLARE (@\w+)")]
    private static partial Regex Declared();

    [GeneratedRegex(@"@\w+")]
    private static partial Regex Used();
}
