using MlHub.Tracking.Search;

namespace MlHub.Core.Tests.Tracking.Search;

public sealed class FilterParserTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("  \n\t ", null)]
    [InlineData("metrics.acc>.5", "metrics.`acc` > 0.5")]
    [InlineData("METRICS.acc > -1.5e-3", "metrics.`acc` > -0.0015")]
    [InlineData("metrics.train.loss < +2.", "metrics.`train.loss` < 2")]
    [InlineData("metric.\"a b\" = 1e400", "metrics.`a b` = Infinity")]
    [InlineData("params.not = \"x\"", "params.`not` = 'x'")]
    [InlineData("parameter.`a``b` = 'it''s'", "params.`a``b` = 'it''s'")]
    [InlineData("parameters.lr != ''", "params.`lr` <> ''")]
    [InlineData("tag.größe like '%ü'", "tags.`größe` LIKE '%ü'")]
    [InlineData("tags.`mlflow.runName`='a' and Tags.x='b' AND tags.y='c'", "tags.`mlflow.runName` = 'a' AND tags.`x` = 'b' AND tags.`y` = 'c'")]
    [InlineData("attr.`Run name` = 'x'", "run_name = 'x'")]
    [InlineData("run.Created < 5", "start_time < 5")]
    [InlineData("a.status = 'x' or b", null, "Invalid entity type 'a'")]
    [InlineData("status='x' or user='y' and run_id='z'", "status = 'x' OR user_id = 'y' AND run_id = 'z'")]
    [InlineData("(status='x' or user='y') and ((run_id='z'))", "(status = 'x' OR user_id = 'y') AND run_id = 'z'")]
    [InlineData("not not status='x'", "NOT (NOT (status = 'x'))")]
    [InlineData("run_id in('a',\"b\")", "run_id IN ('a', 'b')")]
    [InlineData("run_id NOT IN ('a',)", "run_id NOT IN ('a')")]
    [InlineData("datasets.digest ILIKE 'x_'", "datasets.digest ILIKE 'x_'")]
    [InlineData("metrics.a between 1 and 2 and metrics.a is not null", "metrics.`a` BETWEEN 1 AND 2 AND metrics.`a` IS NOT NULL")]
    [InlineData("metrics.a = nan", "metrics.`a` IS NAN")]
    [InlineData("metrics.a != NaN", "metrics.`a` IS NOT NAN")]
    [InlineData("duration > 1", "duration > 1")]
    public void Filter_means(string? text, string? meaning, string? problem = null)
    {
        if (problem is not null)
        {
            Assert.Contains(problem, Refused(text).Message, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(meaning, FilterParser.Parse(text, SearchSubjects.Runs)?.ToString());
    }

    [Theory]
    [InlineData("metrics.acc > abc", 14, "expected a number after '>', found 'abc'")]
    [InlineData("metrics.acc > '0.5'", 14, "expected a number after '>', without quotes")]
    [InlineData("metrics.acc >", 13, "found the end")]
    [InlineData("metrics.acc LIKE 'a'", 12, "is a number")]
    [InlineData("metrics.acc", 11, "is a number")]
    [InlineData("metrics.acc > 5x", 14, "'5x' is not a number")]
    [InlineData("metrics.acc > 1.2.3", 14, "is not a number")]
    [InlineData("metrics.acc > -nan", 14, "'-' is not expected here")]
    [InlineData("metrics.acc > -info", 14, "is not a number")]
    [InlineData("metrics.acc < NaN", 12, "nothing is less")]
    [InlineData("metrics.acc BETWEEN 1", 21, "expected AND")]
    [InlineData("metrics.acc BETWEEN NaN AND 1", 20, "NaN bounds no range")]
    [InlineData("metrics.val-loss > 1", 11, "backticks")]
    [InlineData("metrics.val-5 > 1", 11, "backticks")]
    [InlineData("metrics.val-info > 1", 11, "backticks")]
    [InlineData("metrics.5 > 1", 8, "name or key after '.'")]
    [InlineData("metrics. > 1", 9, "name or key after '.'")]
    [InlineData("metrics > 1", 0, "Valid keys are run_id, run_name, status")]
    [InlineData("params.lr = 0.1", 12, "expected a text in quotes after '='")]
    [InlineData("params.lr > '0.1'", 10, "Invalid comparison operator: expected one of =, !=, LIKE, ILIKE, IN, NOT, IS after")]
    [InlineData("params.lr == '0.1'", 11, "expected a text in quotes")]
    [InlineData("params.lr NOT = 'a'", 14, "expected IN, LIKE or ILIKE after NOT")]
    [InlineData("params.lr IN 'a'", 13, "expected '('")]
    [InlineData("params.lr IN ()", 14, "expected a non-empty list of string values, but got empty list")]
    [InlineData("params.lr IN (,)", 14, "expected a non-empty list of string values, but got ill-formed list")]
    [InlineData("params.lr IN ('a',,'b')", 18, "expected a non-empty list of string values, but got ill-formed list")]
    [InlineData("params.lr IN (1, 2)", 14, "expected string value, punctuation, or whitespace, but got different type in list")]
    [InlineData("params.lr IN (", 14, "found the end")]
    [InlineData("params.lr IN ('a' 'b')", 18, "expected ',' or ')'")]
    [InlineData("params.lr IS NAN", 13, "expected NULL")]
    [InlineData("params.lr = 'abc", 12, "has no closing '")]
    [InlineData("params.`lr = 'abc'", 7, "has no closing `")]
    [InlineData("'params'.lr = 'abc'", 0, "expected a field")]
    [InlineData("status = 'x' status = 'y'", 13, "expected AND, OR or the end")]
    [InlineData("status = 'x' AND", 16, "expected a field")]
    [InlineData("AND status = 'x'", 0, "Invalid attribute key 'AND'")]
    [InlineData("(status = 'x'", 13, "expected ')'")]
    [InlineData("status = 'x')", 12, "expected AND, OR or the end")]
    [InlineData("start_time = '5'", 13, "without quotes")]
    [InlineData("start_time = NaN", 13, "expected a number")]
    [InlineData("dataset.schema = 'x'", 8, "Valid keys are datasets.name, datasets.digest, datasets.context")]
    [InlineData("created_by = 'x'", 0, "Invalid attribute key 'created_by'")]
    [InlineData("attributes.run_key = 1", 11, "Invalid attribute key 'run_key'")]
    [InlineData("attributes.user.PasswordHash LIKE 'A%'", 11, "Invalid attribute key 'user.PasswordHash'")]
    [InlineData("attributes.password_hash LIKE 'A%'", 11, "Invalid attribute key")]
    [InlineData("experiments.name = 'x'", 0, "Invalid entity type 'experiments'. Valid entity types are metrics, params, tags")]
    public void Refusal_points_at_the_fault(string text, int position, string problem)
    {
        var refusal = Refused(text);

        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(position, FilterRefusal.PositionOrNull(refusal));
        Assert.StartsWith($"Invalid clause(s) in filter string at character {position + 1}: ", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith($"\n{new string(' ', Math.Min(position, 40))}^", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status = 'x'; DROP TABLE runs")]
    [InlineData("status = 'x'; --")]
    [InlineData("status = 'x' -- comment")]
    [InlineData("status = 'x' /* comment */")]
    [InlineData("status = 'x' UNION SELECT password_hash FROM users")]
    [InlineData("status = 'x' OR 1=1")]
    [InlineData("status = 'x' OR '1'='1'")]
    [InlineData("status = 'x\\' OR 1=1 --'")]
    [InlineData("1=1")]
    [InlineData("EXISTS (SELECT 1 FROM users)")]
    [InlineData("status = (SELECT 'x')")]
    [InlineData("status = @p0")]
    [InlineData("status = ?")]
    [InlineData("status = $1")]
    [InlineData("t.status = 'x'")]
    [InlineData("status || 'x' = 'x'")]
    [InlineData("lower(status) = 'x'")]
    [InlineData("status = 'x' COLLATE NOCASE")]
    [InlineData("status = x'41'")]
    [InlineData("status = N'x'")]
    [InlineData("metrics.acc > 1+1")]
    [InlineData("metrics.acc > 0x10")]
    [InlineData("status\0 = 'x'")]
    [InlineData("status = 'x\0'")]
    [InlineData("metrics.`a\0b` > 1")]
    public void Sql_is_no_filter(string text) => Refused(text);

    [Fact]
    public void Half_a_character_is_no_text()
    {
        Refused("status = 'x\uD800'");
        Refused("status = '\uDC00x'");
        Assert.Equal("status = '\U0001F600'", FilterParser.Parse("status = '\U0001F600'", SearchSubjects.Runs)!.ToString());
    }

    [Fact]
    public void Deep_nesting_is_refused_and_not_followed()
    {
        var parentheses = new string('(', 4900) + "status = 'x'" + new string(')', 4900);
        var nots = string.Concat(Enumerable.Repeat("NOT ", 2400)) + "status = 'x'";
        var longer = new string('(', 10_000) + "status = 'x'" + new string(')', 10_000);

        Assert.Contains("nested more than 32 deep", Refused(parentheses).Message, StringComparison.Ordinal);
        Assert.Contains("nested more than 32 deep", Refused(nots).Message, StringComparison.Ordinal);
        Assert.Contains("at most 10000", Refused(longer).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_as_deep_as_allowed_is_followed()
    {
        Assert.Equal("status = 'x'", FilterParser.Parse(Nested(Limits.FilterDepth), SearchSubjects.Runs)!.ToString());
        Assert.Contains("nested more than 32 deep", Refused(Nested(Limits.FilterDepth + 1)).Message, StringComparison.Ordinal);

        static string Nested(int depth) => new string('(', depth) + "status = 'x'" + new string(')', depth);
    }

    [Fact]
    public void Work_that_a_filter_may_ask_for_is_bounded()
    {
        Refused(string.Join(" OR ", Enumerable.Repeat("status='x'", Limits.FilterComparisons + 1)));
        Refused($"run_id IN ({string.Join(',', Enumerable.Repeat("''", Limits.FilterValues + 1))})");
        Refused(string.Join(" OR ", Enumerable.Repeat("run_id IN ('a', 'b', 'c', 'd', 'e', 'f')", 180)));
        Refused($"tags.a LIKE '{new string('a', Limits.LikePattern + 1)}'");
        Refused($"tags.a LIKE '{string.Concat(Enumerable.Repeat("%a", Limits.LikeWildcards + 1))}'");
        FilterParser.Parse($"tags.a LIKE '{string.Concat(Enumerable.Repeat("_%", Limits.LikeWildcards))}'", SearchSubjects.Runs);
    }

    [Fact]
    public void Excerpt_of_a_long_filter_is_short()
    {
        var text = string.Join(" OR ", Enumerable.Repeat("status = 'x'", 100)) + " OR\nstatus = \u001b[31m 5";

        var lines = Refused(text).Message.Split('\n');

        Assert.Equal(3, lines.Length);
        Assert.DoesNotContain('\u001b', lines[1]);
        Assert.Equal(new string(' ', 40) + "^", lines[2]);
    }

    [Theory]
    [InlineData("metrics.acc DESC ASC")]
    [InlineData("metrics.acc down")]
    [InlineData("metrics.acc, metrics.loss")]
    [InlineData("dataset.name")]
    [InlineData("token_hash")]
    [InlineData("attributes.password_hash DESC")]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("(start_time)")]
    [InlineData("start_time DESC; DROP TABLE runs")]
    public void Order_is_refused(string term) => Assert.Equal(
        HubError.Invalid, Assert.Throws<HubException>(() => OrderByParser.Parse([term], SearchSubjects.Runs)).Error);

    [Fact]
    public void Order_names_each_field_once_and_only_so_many()
    {
        Assert.Throws<HubException>(() => OrderByParser.Parse(["start_time", "attributes.Created DESC"], SearchSubjects.Runs));
        Assert.Throws<HubException>(() => OrderByParser.Parse([.. Enumerable.Range(0, 17).Select(i => $"metrics.m{i}")], SearchSubjects.Runs));
        Assert.Equal(16, OrderByParser.Parse([.. Enumerable.Range(0, 16).Select(i => $"metrics.m{i}")], SearchSubjects.Runs).Count);
    }

    private static HubException Refused(string? text)
    {
        var refusal = Assert.Throws<HubException>(() => FilterParser.Parse(text, SearchSubjects.Runs));
        Assert.Equal(HubError.Invalid, refusal.Error);
        return refusal;
    }
}
