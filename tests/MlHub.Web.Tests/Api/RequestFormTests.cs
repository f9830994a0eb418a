using System.Text;

namespace MlHub.Web.Tests.Api;

/// <summary>What clients send that is not quite JSON.</summary>
public sealed class RequestFormTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string MissingRun = "Missing value for required parameter 'run_id'. See the API docs for more information about request parameters.";

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("not json")]
    [InlineData("<xml/>")]
    [InlineData("null")]
    [InlineData("{\"run_id\":")]
    [InlineData("\"\"")]
    [InlineData("\"null\"")]
    [InlineData("\"not json either\"")]
    [InlineData("run_id=abc&key=t&value=v")]
    [InlineData("{'run_id':'abc'}")]
    [InlineData("/* comment */ {}")]
    public async Task A_body_that_is_no_message_is_read_as_an_empty_one(string body)
    {
        var answer = await hub.Ann.PostedAsync("/runs/delete", body);

        Assert.Equal((400, "INVALID_PARAMETER_VALUE", MissingRun), (answer.Status, answer.Code, answer.Message));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[{\"run_id\":\"x\"}]")]
    [InlineData("17")]
    [InlineData("true")]
    public async Task A_body_of_another_kind_of_JSON_is_refused(string body)
    {
        var answer = await hub.Ann.PostedAsync("/runs/delete", body);

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("\"[]\"")]
    [InlineData("\"17\"")]
    public async Task What_a_text_holds_is_held_to_the_same_rules(string body)
    {
        var answer = await hub.Ann.PostedAsync("/runs/delete", body);

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_text_that_holds_the_message_is_read_as_the_message()
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync("/runs/set-tag", $"\"{{\\\"run_id\\\":\\\"{run}\\\",\\\"key\\\":\\\"t\\\",\\\"value\\\":\\\"twice encoded\\\"}}\"");

        Assert.Equal(200, answer.Status);
        Assert.Equal("twice encoded", await TagAsync(run));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData(null)]
    public async Task The_content_type_does_not_matter_and_is_not_repeated(string? type)
    {
        var (_, run) = await hub.GivenRunAsync();
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes($$"""{"run_id":"{{run}}","key":"t","value":"v"}"""));
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        var answer = await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlflow/runs/set-tag", content);

        Assert.Equal((200, "{}", "application/json"), (answer.Status, answer.Text, answer.ContentHeaders.ContentType?.ToString()));
    }

    [Fact]
    public async Task A_byte_order_mark_is_skipped()
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync("/runs/set-tag", "\uFEFF" + $$"""{"run_id":"{{run}}","key":"t","value":"after the mark"}""");

        Assert.Equal(200, answer.Status);
        Assert.Equal("after the mark", await TagAsync(run));
    }

    [Fact]
    public async Task A_chunked_body_is_read_whole()
    {
        var (_, run) = await hub.GivenRunAsync();
        var text = new string('c', 7000);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/2.0/mlflow/runs/set-tag")
        {
            Content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes($$"""{"run_id":"{{run}}","key":"t","value":"{{text}}"}"""))),
        };
        request.Headers.TransferEncodingChunked = true;

        using var response = await hub.Ann.SendAsync(request);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(text, await TagAsync(run));
    }

    [Fact]
    public async Task Unknown_fields_are_ignored_also_nested_ones()
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync(
            "/runs/set-tag", $$"""{"is_admin":true,"run_id":"{{run}}","x":{"y":[1,{"z":null}]},"key":"t","value":"v","created_by":"eve"}""");

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task The_last_of_doubled_fields_counts()
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync("/runs/set-tag", $$"""{"run_id":"{{run}}","key":"t","value":"first","value":"last"}""");

        Assert.Equal(200, answer.Status);
        Assert.Equal("last", await TagAsync(run));
    }

    [Fact]
    public async Task Lists_in_a_query_are_repeated_parameters()
    {
        var mark = $"q{Guid.NewGuid():N}";
        await hub.Ann.GivenExperimentAsync($"{mark}-a");
        await hub.Ann.GivenExperimentAsync($"{mark}-b");

        var one = await hub.Ann.GotAsync($"/experiments/search?max_results=5&filter=name+LIKE+'{mark}%25'&order_by=name+DESC&order_by=experiment_id");
        var wrong = await hub.Ann.GotAsync("/experiments/search?max_results=5&order_by=name&order_by=no_such_field");

        Assert.Equal($"{mark}-b", (string?)one.Json["experiments"]![0]!["name"]);
        Assert.Equal(400, wrong.Status);
    }

    [Fact]
    public async Task Both_prefixes_answer_alike()
    {
        var (_, run) = await hub.GivenRunAsync();

        var api = await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlflow/runs/get?run_id={run}");
        var ajax = await hub.Ann.AskAsync(HttpMethod.Get, $"/ajax-api/2.0/mlflow/runs/get?run_id={run}");
        var written = await hub.Ann.AskAsync(HttpMethod.Post, "/ajax-api/2.0/mlflow/runs/set-tag", new { run_id = run, key = "t", value = "v" });

        Assert.Equal(api.Text, ajax.Text);
        Assert.Equal("{}", written.Text);
    }

    [Fact]
    public async Task An_unknown_call_is_told_as_JSON_and_a_wrong_method_as_405()
    {
        var unknown = await hub.Ann.AskAsync(HttpMethod.Get, "/api/2.0/preview/mlflow/registered-models/list");
        var wrongMethod = await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlflow/runs/get", "{}");

        Assert.Equal((404, "ENDPOINT_NOT_FOUND"), (unknown.Status, unknown.Code));
        Assert.Equal(405, wrongMethod.Status);
    }

    private async Task<string?> TagAsync(string run) =>
        (string?)(await hub.Ann.GotAsync($"/runs/get?run_id={run}")).Json["run"]!["data"]!["tags"]!.AsArray().Single(t => (string?)t!["key"] == "t")!["value"];
}
