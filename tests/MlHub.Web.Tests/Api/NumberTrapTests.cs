namespace MlHub.Web.Tests.Api;

/// <summary>Numbers at and beyond every edge: each has one answer, and none is a failure of the server.</summary>
public sealed class NumberTrapTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private static readonly string MillionDigits = new('9', 1_000_000);

    [Theory]
    [InlineData("step", "9223372036854775808", 400)]
    [InlineData("step", "-9223372036854775809", 400)]
    [InlineData("step", "1e400", 400)]
    [InlineData("step", "1.5", 400)]
    [InlineData("step", "NaN", 400)]
    [InlineData("step", "true", 400)]
    [InlineData("step", "9223372036854775807", 200)]
    [InlineData("timestamp", "-1", 400)]
    [InlineData("timestamp", "315537897599999000", 200)]
    [InlineData("value", "true", 400)]
    [InlineData("value", "\"many\"", 400)]
    [InlineData("value", "-1e400", 200)]
    [InlineData("value", "\"1e400\"", 200)]
    public async Task A_point_of_a_metric(string field, string number, int status)
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await LogAsync(run, field, number);

        Assert.Equal(status, answer.Status);
        Assert.True(status == 200 || answer.Code == "INVALID_PARAMETER_VALUE", answer.Text);
    }

    [Fact]
    public async Task A_number_of_a_million_digits_is_infinite_or_refused_in_a_few_words()
    {
        var (_, run) = await hub.GivenRunAsync();

        var value = await LogAsync(run, "value", MillionDigits);
        var step = await LogAsync(run, "step", MillionDigits);

        Assert.Equal((200, 400), (value.Status, step.Status));
        Assert.True(step.Text.Length < 1000);
    }

    [Theory]
    [InlineData("start_time", "9223372036854775808", 400)]
    [InlineData("start_time", "-1", 200)]
    [InlineData("start_time", "9223372036854775807", 200)]
    [InlineData("start_time", "\"soon\"", 400)]
    public async Task The_start_of_a_run(string field, string number, int status)
    {
        var (experiment, _) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync("/runs/create", $$"""{"experiment_id":"{{experiment}}","{{field}}":{{number}}}""");

        Assert.Equal(status, answer.Status);
    }

    [Theory]
    [InlineData("/runs/search")]
    [InlineData("/experiments/search")]
    public async Task A_number_of_results_that_makes_no_sense_is_refused(string call)
    {
        foreach (var number in new[] { "-1", "0", "2147483648", "9223372036854775807", "9223372036854775808", "1e400", "0.5", "\"all\"" })
        {
            var answer = await hub.Ann.PostedAsync(call, $$"""{"experiment_ids":["0"],"max_results":{{number}}}""");

            Assert.True((400, "INVALID_PARAMETER_VALUE") == (answer.Status, answer.Code), $"{number} is answered {answer.Text}");
        }
    }

    [Theory]
    [InlineData("/registered-models/search")]
    [InlineData("/model-versions/search")]
    public async Task So_is_that_of_the_registry(string call)
    {
        foreach (var number in new[] { "-1", "0", "2147483648", "9223372036854775808", "all" })
        {
            var answer = await hub.Ann.GotAsync($"{call}?max_results={number}");

            Assert.True((400, "INVALID_PARAMETER_VALUE") == (answer.Status, answer.Code), $"{number} is answered {answer.Text}");
        }
    }

    [Fact]
    public async Task Page_tokens_that_nobody_was_given_are_refused()
    {
        foreach (var token in new[] { "garbage", "eyJvZmZzZXQiOiAxfQ==", "\\u0000", new string('A', 1_000_000), "-1" })
        {
            var answer = await hub.Ann.PostedAsync("/runs/search", $$"""{"experiment_ids":["0"],"page_token":"{{token}}"}""");

            Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
            Assert.True(answer.Text.Length < 1000);
        }
    }

    [Fact]
    public async Task Anothers_page_token_shows_nothing_of_theirs()
    {
        var (experiment, _) = await hub.GivenRunAsync();
        await hub.Ann.GivenRunAsync(experiment);
        var search = new { experiment_ids = new[] { experiment }, max_results = 1 };
        var token = (string?)(await hub.Ann.PostedAsync("/runs/search", search)).Json["next_page_token"];

        var answer = await hub.Bob.PostedAsync("/runs/search", new { search.experiment_ids, search.max_results, page_token = token });

        Assert.NotNull(token);
        Assert.Equal((200, "{}"), (answer.Status, answer.Text));
    }

    private Task<Answer> LogAsync(string run, string field, string number)
    {
        var fields = new Dictionary<string, string> { ["value"] = "1", ["timestamp"] = "1", ["step"] = "1", [field] = number };
        return hub.Ann.PostedAsync("/runs/log-metric", $$"""{"run_id":"{{run}}","key":"m",{{string.Join(',', fields.Select(f => $"\"{f.Key}\":{f.Value}"))}}}""");
    }
}
