using MlHub.Adapters.Databases;

namespace MlHub.Web.Tests.Tracking;

public sealed class ParamAndTagApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task A_param_is_fixed_once_logged()
    {
        var (_, run) = await hub.GivenRunAsync();
        await hub.Ann.CallAsync("/runs/log-parameter", new { run_id = run, key = "lr", value = "0.1" });

        var same = await hub.Ann.PostedAsync("/runs/log-parameter", new { run_id = run, key = "lr", value = "0.1" });
        var other = await hub.Ann.PostedAsync("/runs/log-parameter", new { run_id = run, key = "lr", value = "0.2" });
        var data = await DataAsync(run);

        Assert.Equal((200, "{}"), (same.Status, same.Text));
        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (other.Status, other.Code));
        Assert.Equal(
            $"Changing param values is not allowed. Param with key='lr' was already logged with value='0.1' for run ID='{run}'. Attempted logging new value '0.2'.",
            other.Message);
        Assert.Equal("""[{"key":"lr","value":"0.1"}]""", data["params"]!.ToJsonString());
    }

    [Theory]
    [InlineData("\"\"", "")]
    [InlineData("\"0.10\"", "0.10")]
    [InlineData("\"ünïcode 😀 \\u0001 end\"", "ünïcode 😀 \u0001 end")]
    [InlineData("\"two\\nlines\"", "two\nlines")]
    public async Task A_value_is_kept_to_the_letter(string sent, string kept)
    {
        var (_, run) = await hub.GivenRunAsync();

        var param = await hub.Ann.PostedAsync("/runs/log-parameter", $$"""{"run_id":"{{run}}","key":"p","value":{{sent}}}""");
        var tag = await hub.Ann.PostedAsync("/runs/set-tag", $$"""{"run_id":"{{run}}","key":"t","value":{{sent}}}""");
        var data = await DataAsync(run);

        Assert.Equal((200, 200), (param.Status, tag.Status));
        Assert.Equal(kept, (string?)data["params"]![0]!["value"]);
        Assert.Equal(kept, (string?)data["tags"]!.AsArray().Single(t => (string?)t!["key"] == "t")!["value"]);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("0.10")]
    [InlineData("true")]
    public async Task A_value_that_is_no_text_is_refused_as_by_MLflow(string sent)
    {
        var (_, run) = await hub.GivenRunAsync();

        var param = await hub.Ann.PostedAsync("/runs/log-parameter", $$"""{"run_id":"{{run}}","key":"p","value":{{sent}}}""");
        var tag = await hub.Ann.PostedAsync("/runs/set-tag", $$"""{"run_id":"{{run}}","key":"t","value":{{sent}}}""");

        Assert.All([param, tag], a => Assert.StartsWith($"Invalid value {sent} for parameter 'value' supplied: ", a.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("log-parameter")]
    [InlineData("set-tag")]
    public async Task The_character_zero_is_kept_or_refused_as_the_database_can(string call)
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync($"/runs/{call}", $$"""{"run_id":"{{run}}","key":"zero","value":"a\u0000b"}""");

        Assert.Equal(TestHub.Database == DatabaseProvider.PostgreSql ? 400 : 200, answer.Status);
        Assert.Equal(answer.Status == 200, (await DataAsync(run)).ToJsonString().Contains("a\\u0000b", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("log-parameter")]
    [InlineData("set-tag")]
    public async Task A_missing_value_is_named(string call)
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync($"/runs/{call}", new { run_id = run, key = "k" });

        Assert.Equal("Missing value for required parameter 'value'. See the API docs for more information about request parameters.", answer.Message);
    }

    [Fact]
    public async Task A_batch_with_one_wrong_entry_stores_nothing()
    {
        var (_, run) = await hub.GivenRunAsync();
        await hub.Ann.CallAsync("/runs/log-parameter", new { run_id = run, key = "lr", value = "0.1" });

        var answer = await hub.Ann.PostedAsync("/runs/log-batch", new
        {
            run_id = run,
            metrics = new[] { new { key = "m", value = 1, timestamp = 1 } },
            @params = new[] { new { key = "new", value = "x" }, new { key = "lr", value = "0.2" } },
            tags = new[] { new { key = "t", value = "x" } },
        });
        var data = await DataAsync(run);

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
        Assert.Equal("""[{"key":"lr","value":"0.1"}]""", data["params"]!.ToJsonString());
        Assert.Null(data["metrics"]);
        Assert.Equal(["mlflow.runName"], data["tags"]!.AsArray().Select(t => (string?)t!["key"]));
    }

    [Fact]
    public async Task Two_values_for_one_param_in_a_batch_are_refused()
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync(
            "/runs/log-batch", new { run_id = run, @params = new[] { new { key = "p", value = "1" }, new { key = "p", value = "2" } } });

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
        Assert.Null((await DataAsync(run))["params"]);
    }

    [Fact]
    public async Task A_batch_sent_twice_because_its_answer_was_lost_leaves_what_one_leaves()
    {
        var (_, run) = await hub.GivenRunAsync();
        var batch = new
        {
            run_id = run,
            metrics = new[] { new { key = "m", value = 1, timestamp = 1 } },
            @params = new[] { new { key = "p", value = "1" } },
            tags = new[] { new { key = "t", value = "1" } },
        };
        await hub.Ann.CallAsync("/runs/log-batch", batch);
        var once = (await DataAsync(run)).ToJsonString();

        var again = await hub.Ann.PostedAsync("/runs/log-batch", batch);

        Assert.Equal((200, once), (again.Status, (await DataAsync(run)).ToJsonString()));
        Assert.Single((await hub.Ann.GotAsync($"/metrics/get-history?run_id={run}&metric_key=m")).Json["metrics"]!.AsArray());
    }

    [Fact]
    public async Task An_empty_batch_is_fine()
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync("/runs/log-batch", new { run_id = run });

        Assert.Equal((200, "{}"), (answer.Status, answer.Text));
    }

    [Theory]
    [InlineData("metrics", """{"value":1,"timestamp":1}""", "metrics[0].key")]
    [InlineData("metrics", """{"key":"m","timestamp":1}""", "metrics[0].value")]
    [InlineData("metrics", """{"key":"m","value":1}""", "metrics[0].timestamp")]
    [InlineData("params", """{"value":"1"}""", "params[0].key")]
    [InlineData("tags", """{"value":"1"}""", "tags[0].key")]
    public async Task An_entry_that_lacks_a_field_is_named(string list, string entry, string field)
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync("/runs/log-batch", $$"""{"run_id":"{{run}}","{{list}}":[{{entry}}]}""");

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
        Assert.Contains($"'{field}'", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("metrics")]
    [InlineData("params")]
    [InlineData("tags")]
    public async Task A_null_among_the_entries_is_refused(string list)
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync("/runs/log-batch", $$"""{"run_id":"{{run}}","{{list}}":[null]}""");

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }

    private async Task<System.Text.Json.Nodes.JsonNode> DataAsync(string run) => (await hub.Ann.GotAsync($"/runs/get?run_id={run}")).Json["run"]!["data"]!;
}
