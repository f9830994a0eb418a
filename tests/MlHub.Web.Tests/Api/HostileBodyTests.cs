using System.Net.Http.Headers;

namespace MlHub.Web.Tests.Api;

/// <summary>Bodies made to do harm.</summary>
public sealed class HostileBodyTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Theory]
    [InlineData(10_000, "[", "]")]
    [InlineData(10_000, "{\"a\":", "}")]
    [InlineData(100_000, "[", "")]
    [InlineData(70, "[", "]")]
    public async Task Deep_nesting_is_refused(int depth, string open, string close)
    {
        var nested = string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));

        var answer = await hub.Ann.PostedAsync("/runs/set-tag", $$"""{"run_id":"r","key":"t","value":"v","ignored":{{nested}}}""");
        var within = await hub.Ann.PostedAsync("/runs/log-model", new { run_id = "r", model_json = $$"""{"artifact_path":{{nested}}}""" });

        Assert.Equal((400, "INVALID_PARAMETER_VALUE", "The request's JSON is nested deeper than 64 levels."), (answer.Status, answer.Code, answer.Message));
        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (within.Status, within.Code));
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00\\ud800")]
    [InlineData("a\\ud83db")]
    public async Task Half_a_character_is_refused(string half)
    {
        var (_, run) = await hub.GivenRunAsync();

        var value = await hub.Ann.PostedAsync("/runs/set-tag", $$"""{"run_id":"{{run}}","key":"t","value":"{{half}}"}""");
        var name = await hub.Ann.PostedAsync("/experiments/create", $$"""{"name":"{{half}}"}""");

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (value.Status, value.Code));
        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (name.Status, name.Code));
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF8_do_no_harm()
    {
        var content = new ByteArrayContent([.. "{\"name\":\""u8, 0xC3, 0x28, 0xFF, .. "\"}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        var answer = await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlflow/experiments/create", content);

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("/runs/set-tag", """{"run_id":["x"],"key":"t","value":"v"}""", "run_id", "[\"x\"]")]
    [InlineData("/runs/set-tag", """{"run_id":"x","key":{},"value":"v"}""", "key", "{}")]
    [InlineData("/runs/set-tag", """{"run_id":"x","key":"k","value":{"b": 1, "a": [ 2.50 ]}}""", "value", "{\"a\":[2.50],\"b\":1}")]
    [InlineData("/runs/log-batch", """{"run_id":"x","metrics":{}}""", "metrics", "{}")]
    [InlineData("/runs/log-batch", """{"run_id":"x","metrics":[{"key":"m","value":1,"timestamp":1},{"key":"m","value":{},"timestamp":1}]}""", "metrics[1].value", "{}")]
    [InlineData("/runs/log-batch", """{"run_id":"x","tags":["t"]}""", "tags[0]", "\"t\"")]
    public async Task A_field_of_the_wrong_kind_is_named_and_its_value_repeated(string call, string body, string field, string value)
    {
        var answer = await hub.Ann.PostedAsync(call, body);

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
        Assert.StartsWith($"Invalid value {value} for parameter '{field}' supplied: ", answer.Message, StringComparison.Ordinal);
    }
}
