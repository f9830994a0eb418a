using System.Text.Json.Nodes;

namespace MlHub.Web.Tests.Tracking;

/// <summary>The calls around search; what filters and orders mean is tested with the search itself.</summary>
public sealed class RunSearchApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task Runs_are_found_filtered_ordered_and_paged()
    {
        var experiment = await hub.Ann.GivenExperimentAsync("searched");
        foreach (var value in new[] { 0.5, 0.9, 0.7, 0.1 })
        {
            var run = await hub.Ann.GivenRunAsync(experiment, $"r{value * 10}");
            await hub.Ann.CallAsync("/runs/log-metric", new { run_id = run, key = "auc", value, timestamp = 1 });
        }

        var first = await SearchAsync(new { experiment_ids = new[] { experiment }, filter = "metrics.auc > 0.2", order_by = new[] { "metrics.auc DESC" }, max_results = 2 });
        var second = await SearchAsync(new
        {
            experiment_ids = new[] { experiment },
            filter = "metrics.auc > 0.2",
            order_by = new[] { "metrics.auc DESC" },
            max_results = 2,
            page_token = (string?)first.Json["next_page_token"],
        });

        Assert.Equal(("r9 r7", "r5"), (Names(first), Names(second)));
        Assert.False(second.Json.ContainsKey("next_page_token"));
    }

    [Fact]
    public async Task A_found_run_looks_as_it_does_in_get()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.CallAsync("/runs/log-batch", new
        {
            run_id = run,
            metrics = new[] { new { key = "m", value = 1, timestamp = 1 } },
            @params = new[] { new { key = "p", value = "1" } },
        });

        var found = (await SearchAsync(new { experiment_ids = new[] { experiment } })).Json["runs"]![0]!;
        var got = (await hub.Ann.GotAsync($"/runs/get?run_id={run}")).Json["run"]!;

        Assert.Equal(JsonText.Sorted(got), JsonText.Sorted(found));
        Assert.NotNull(found["inputs"]);
    }

    [Fact]
    public async Task Deleted_runs_are_found_only_where_asked_for()
    {
        var experiment = await hub.Ann.GivenExperimentAsync("views of runs");
        await hub.Ann.GivenRunAsync(experiment, "kept");
        await hub.Ann.CallAsync("/runs/delete", new { run_id = await hub.Ann.GivenRunAsync(experiment, "dropped") });
        var ids = new[] { experiment };
        var order_by = new[] { "attributes.run_name" };

        Assert.Equal("kept", Names(await SearchAsync(new { experiment_ids = ids })));
        Assert.Equal("dropped", Names(await SearchAsync(new { experiment_ids = ids, run_view_type = "DELETED_ONLY" })));
        Assert.Equal("dropped kept", Names(await SearchAsync(new { experiment_ids = ids, run_view_type = "ALL", order_by })));
        Assert.Equal("kept", Names(await SearchAsync(new { experiment_ids = ids, run_view_type = "WHATEVER" })));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"experiment_ids":[]}""")]
    [InlineData("""{"experiment_ids":["999999"]}""")]
    public async Task A_search_with_no_hit_is_an_empty_object(string body)
    {
        var answer = await SearchAsync(body);

        Assert.Equal((200, "{}"), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task An_experiment_id_may_come_as_a_number()
    {
        var (experiment, _) = await hub.GivenRunAsync();

        var answer = await SearchAsync($$"""{"experiment_ids":[{{experiment}}]}""");

        Assert.Equal("first", Names(answer));
    }

    [Fact]
    public async Task Runs_of_others_are_not_found_even_by_their_page_token()
    {
        var (experiment, _) = await hub.GivenRunAsync();
        await hub.Ann.GivenRunAsync(experiment, "second");
        var body = new { experiment_ids = new[] { experiment }, max_results = 1 };
        var token = (string?)(await SearchAsync(body)).Json["next_page_token"];
        Assert.NotNull(token);

        var stolen = await hub.Bob.PostedAsync("/runs/search", new { experiment_ids = new[] { experiment }, max_results = 1, page_token = token });

        Assert.DoesNotContain("second", stolen.Text, StringComparison.Ordinal);
        Assert.False(stolen.Json.ContainsKey("runs"));
    }

    [Theory]
    [InlineData("\"filter\":\"metrics.auc = 'text'\"")]
    [InlineData("\"filter\":\"params.p = 5\"")]
    [InlineData("\"filter\":\"attributes.password_hash LIKE 'A%'\"")]
    [InlineData("\"filter\":\"attributes.created_by = 'ann'\"")]
    [InlineData("\"filter\":\"tags.a = 'x' UNION SELECT * FROM users\"")]
    [InlineData("\"filter\":\"tags.a = 'x\\u0000'\"")]
    [InlineData("\"filter\":\"metrics.a >\"")]
    [InlineData("\"order_by\":[\"token_hash\"]")]
    [InlineData("\"order_by\":[null]")]
    [InlineData("\"order_by\":[\"metrics.a; DROP TABLE runs\"]")]
    [InlineData("\"max_results\":-1")]
    [InlineData("\"max_results\":9223372036854775807")]
    [InlineData("\"page_token\":\"garbage\"")]
    [InlineData("\"page_token\":\"!!!\"")]
    [InlineData("\"page_token\":\"eyJvZmZzZXQiOiAzfQ==\"")]
    [InlineData("\"experiment_ids\":\"0\"")]
    [InlineData("\"experiment_ids\":[\"abc\"]")]
    [InlineData("\"experiment_ids\":[{}]")]
    [InlineData("\"experiment_ids\":[null]")]
    public async Task A_search_that_makes_no_sense_is_refused(string field)
    {
        var (experiment, _) = await hub.GivenRunAsync();

        var answer = await SearchAsync($$"""{"experiment_ids":["{{experiment}}"],{{field}}}""");

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_filter_nested_too_deep_is_refused()
    {
        var (experiment, _) = await hub.GivenRunAsync();
        var filter = new string('(', 1000) + "metrics.a > 1" + new string(')', 1000);

        var answer = await SearchAsync(new { experiment_ids = new[] { experiment }, filter });

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_page_token_of_a_megabyte_is_refused()
    {
        var (experiment, _) = await hub.GivenRunAsync();

        var answer = await SearchAsync(new { experiment_ids = new[] { experiment }, page_token = new string('A', 1 << 20) });

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
        Assert.True(answer.Text.Length < 1000);
    }

    private Task<Answer> SearchAsync(object body) => hub.Ann.PostedAsync("/runs/search", body);

    private static string Names(Answer answer) =>
        string.Join(' ', (answer.Json["runs"]?.AsArray() ?? new JsonArray()).Select(r => (string)r!["info"]!["run_name"]!));
}
