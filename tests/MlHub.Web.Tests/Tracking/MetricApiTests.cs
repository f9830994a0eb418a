namespace MlHub.Web.Tests.Tracking;

public sealed class MetricApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task A_metric_is_answered_with_an_empty_object_and_read_back()
    {
        var (_, run) = await hub.GivenRunAsync();

        var logged = await hub.Ann.PostedAsync("/runs/log-metric", new { run_id = run, key = "loss", value = 2, timestamp = 1_700_000_000_001, step = 3 });
        var read = await hub.Ann.GotAsync($"/runs/get?run_id={run}");
        var history = await hub.Ann.GotAsync($"/metrics/get-history?run_id={run}&metric_key=loss");

        Assert.Equal((200, "{}", "application/json"), (logged.Status, logged.Text, logged.ContentHeaders.ContentType?.ToString()));
        Assert.Equal("""[{"key":"loss","value":2.0,"timestamp":1700000000001,"step":3}]""", read.Json["run"]!["data"]!["metrics"]!.ToJsonString());
        Assert.Equal("""{"metrics":[{"key":"loss","value":2.0,"timestamp":1700000000001,"step":3}]}""", history.Text);
    }

    [Theory]
    [InlineData("\"NaN\"", "\"NaN\"")]
    [InlineData("NaN", "\"NaN\"")]
    [InlineData("\"Infinity\"", "1.7976931348623157E+308")]
    [InlineData("Infinity", "1.7976931348623157E+308")]
    [InlineData("\"-Infinity\"", "-1.7976931348623157E+308")]
    [InlineData("-Infinity", "-1.7976931348623157E+308")]
    [InlineData("1e400", "1.7976931348623157E+308")]
    [InlineData("\"0.25\"", "0.25")]
    [InlineData("-0.0", "0.0")]
    [InlineData("1e-320", "1E-320")]
    [InlineData("0.1", "0.1")]
    [InlineData("12345678901234567890", "1.2345678901234567E+19")]
    public async Task Every_number_comes_back_in_one_spelling(string sent, string read)
    {
        var (_, run) = await hub.GivenRunAsync();

        var logged = await hub.Ann.PostedAsync("/runs/log-metric", $$"""{"run_id":"{{run}}","key":"m","value":{{sent}},"timestamp":1}""");
        var history = await hub.Ann.GotAsync($"/metrics/get-history?run_id={run}&metric_key=m");

        Assert.Equal(200, logged.Status);
        Assert.Equal($$"""{"metrics":[{"key":"m","value":{{read}},"timestamp":1,"step":0}]}""", history.Text);
    }

    [Fact]
    public async Task Bare_words_are_read_within_a_batch_and_left_alone_within_texts()
    {
        var (_, run) = await hub.GivenRunAsync();

        var logged = await hub.Ann.PostedAsync(
            "/runs/log-batch",
            $$"""{"run_id":"{{run}}","metrics":[{"key":"m","value":NaN,"timestamp":1},{"key":"n","value":-Infinity,"timestamp":1}],"params":[{"key":"p","value":"say \"NaN\" or Infinity"}]}""");
        var data = (await hub.Ann.GotAsync($"/runs/get?run_id={run}")).Json["run"]!["data"]!;

        Assert.Equal(200, logged.Status);
        Assert.Equal(2, data["metrics"]!.AsArray().Count);
        Assert.Equal("say \"NaN\" or Infinity", (string?)data["params"]![0]!["value"]);
    }

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("-9223372036854775808")]
    [InlineData("-5")]
    public async Task A_step_may_be_any_64_bit_number(string step)
    {
        var (_, run) = await hub.GivenRunAsync();

        await hub.Ann.PostedAsync("/runs/log-metric", $$"""{"run_id":"{{run}}","key":"m","value":1,"timestamp":9223372036854775807,"step":{{step}}}""");
        var history = await hub.Ann.GotAsync($"/metrics/get-history?run_id={run}&metric_key=m");

        Assert.Equal($$"""{"metrics":[{"key":"m","value":1.0,"timestamp":9223372036854775807,"step":{{step}}}]}""", history.Text);
    }

    [Theory]
    [InlineData("\"step\":\"7\",\"timestamp\":\"12\"", 7, 12)]
    [InlineData("\"step\":7.0,\"timestamp\":1.2e1", 7, 12)]
    public async Task Whole_numbers_may_come_as_texts_or_with_a_point(string fields, long step, long timestamp)
    {
        var (_, run) = await hub.GivenRunAsync();

        var logged = await hub.Ann.PostedAsync("/runs/log-metric", $$"""{"run_id":"{{run}}","key":"m","value":1,{{fields}}}""");
        var point = (await hub.Ann.GotAsync($"/metrics/get-history?run_id={run}&metric_key=m")).Json["metrics"]![0]!;

        Assert.Equal(200, logged.Status);
        Assert.Equal((step, timestamp), ((long)point["step"]!, (long)point["timestamp"]!));
    }

    [Theory]
    [InlineData("\"value\":1,\"timestamp\":1,\"step\":1.5", "step")]
    [InlineData("\"value\":1,\"timestamp\":1.5", "timestamp")]
    [InlineData("\"value\":1,\"timestamp\":1,\"step\":9223372036854775808", "step")]
    [InlineData("\"value\":1,\"timestamp\":1,\"step\":1e400", "step")]
    [InlineData("\"value\":1,\"timestamp\":1,\"step\":\"\"", "step")]
    [InlineData("\"value\":1,\"timestamp\":1,\"step\":NaN", "step")]
    [InlineData("\"value\":1,\"timestamp\":1,\"step\":true", "step")]
    [InlineData("\"value\":\"much\",\"timestamp\":1", "value")]
    [InlineData("\"value\":true,\"timestamp\":1", "value")]
    [InlineData("\"value\":[1],\"timestamp\":1", "value")]
    [InlineData("\"value\":1,\"timestamp\":{}", "timestamp")]
    public async Task A_value_of_the_wrong_kind_is_refused_by_name(string fields, string parameter)
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync("/runs/log-metric", $$"""{"run_id":"{{run}}","key":"m",{{fields}}}""");

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
        Assert.Matches($"^Invalid value .+ for parameter '{parameter}' supplied: ", answer.Message);
    }

    [Theory]
    [InlineData(100_000, "value", 200)]
    [InlineData(100_000, "timestamp", 400)]
    [InlineData(100_000, "step", 400)]
    public async Task A_number_of_very_many_digits_does_no_harm(int digits, string field, int status)
    {
        var (_, run) = await hub.GivenRunAsync();
        var fields = new Dictionary<string, string> { ["value"] = "1", ["timestamp"] = "1", ["step"] = "1", [field] = new string('7', digits) };

        var answer = await hub.Ann.PostedAsync(
            "/runs/log-metric", $$"""{"run_id":"{{run}}","key":"m",{{string.Join(',', fields.Select(f => $"\"{f.Key}\":{f.Value}"))}}}""");

        Assert.Equal(status, answer.Status);
        Assert.True(answer.Text.Length < 500);
    }

    [Theory]
    [InlineData("""{"key":"m","value":1,"timestamp":1}""", "run_id")]
    [InlineData("""{"run_id":"R","value":1,"timestamp":1}""", "key")]
    [InlineData("""{"run_id":"R","key":"m","timestamp":1}""", "value")]
    [InlineData("""{"run_id":"R","key":"m","value":1}""", "timestamp")]
    [InlineData("""{"run_id":"R","key":"m","value":null,"timestamp":1}""", "value")]
    public async Task A_missing_field_is_named_in_MLflows_words(string body, string field)
    {
        var answer = await hub.Ann.PostedAsync("/runs/log-metric", body);

        Assert.Equal(
            (400, $"Missing value for required parameter '{field}'. See the API docs for more information about request parameters."),
            (answer.Status, answer.Message));
    }

    [Fact]
    public async Task The_latest_value_has_the_largest_step_then_time_then_value()
    {
        var (_, run) = await hub.GivenRunAsync();
        await hub.Ann.CallAsync("/runs/log-batch", new
        {
            run_id = run,
            metrics = new[] { Point(1, 900, 5), Point(2, 100, 1), Point(2, 200, 3), Point(2, 200, 7), Point(2, 200, 4), Point(0, 999, 99) },
        });

        await hub.Ann.CallAsync("/runs/log-metric", new { run_id = run, key = "m", value = 1000, timestamp = 5000, step = 1 });
        var latest = (await hub.Ann.GotAsync($"/runs/get?run_id={run}")).Json["run"]!["data"]!["metrics"]!;

        Assert.Equal("""[{"key":"m","value":7.0,"timestamp":200,"step":2}]""", latest.ToJsonString());
    }

    [Fact]
    public async Task The_same_point_sent_again_is_stored_once()
    {
        var (_, run) = await hub.GivenRunAsync();
        var body = new { run_id = run, metrics = new[] { Point(1, 1, 0.5), Point(1, 1, 0.5), Point(2, 1, double.NaN.ToString(System.Globalization.CultureInfo.InvariantCulture)) } };

        await hub.Ann.CallAsync("/runs/log-batch", body);
        await hub.Ann.CallAsync("/runs/log-batch", body);
        var history = await hub.Ann.GotAsync($"/metrics/get-history?run_id={run}&metric_key=m");

        Assert.Equal(2, history.Json["metrics"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_time_before_1970_is_refused()
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync("/runs/log-metric", new { run_id = run, key = "m", value = 1, timestamp = -1 });

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }

    private static object Point(long step, long timestamp, object value) => new { key = "m", value, timestamp, step };
}
