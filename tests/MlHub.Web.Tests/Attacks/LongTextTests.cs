using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using MlHub.Web.Tests.Api;

namespace MlHub.Web.Tests.Attacks;

/// <summary>Attacks 69 and 72: no text makes the hub think for long, and none makes it fail.</summary>
public sealed class LongTextTests(SharedHub hub) : IClassFixture<SharedHub>
{
    /// <summary>A quadratic check of fifty thousand characters would take many times that.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<string, string> Texts => new()
    {
        { "many letters and one that does not fit", new string('a', 50_000) + "!" },
        { "many separators", string.Concat(Enumerable.Repeat("../a/", 10_000)) },
        { "many blanks", new string(' ', 50_000) + "x" },
        { "many percent signs", string.Concat(Enumerable.Repeat("%25", 16_000)) },
        { "a line break", "a\nb" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Every_field_of_every_call_takes_or_refuses_it_soon(string what, string text)
    {
        Assert.NotEmpty(what);
        var target = await CallTarget.GivenAsync(hub.Ann);
        var fields = 0;
        foreach (var (endpoint, sample, url) in WalkedEndpoint.Calls(hub, target).Where(c => c.Endpoint.Pattern.StartsWith("/api/", StringComparison.Ordinal) && c.Sample.Body is not (null or string)))
        {
            var body = JsonSerializer.SerializeToNode(sample.Body)!.AsObject();
            foreach (var field in body.Where(f => f.Value is JsonValue value && value.GetValueKind() == JsonValueKind.String).Select(f => f.Key).ToList())
            {
                var sent = body.DeepClone().AsObject();
                sent[field] = text;
                var took = Stopwatch.StartNew();

                var answer = await hub.Ada.AskAsync(new(endpoint.Method), url, sent.ToJsonString());

                Assert.True(answer.Status < 500, $"{endpoint.Method} {endpoint.Pattern} with {field}: {answer.Status} {answer.Text}");
                Assert.True(answer.Status == 200 || answer.Text.Length < 2 * Limits.Refusal, $"{endpoint.Pattern} repeats the whole {field}.");
                Assert.True(took.Elapsed < Patience, $"{endpoint.Pattern} with {field} took {took.Elapsed}.");
                fields++;
            }
        }

        Assert.True(fields > 100, $"{fields}");
    }

    [Fact]
    public async Task The_dearest_pattern_that_is_allowed_is_cheap()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        for (var i = 0; i < 20; i++)
        {
            var run = await hub.Ann.GivenRunAsync(experiment);
            await hub.Ann.CallAsync("/runs/set-tag", new { run_id = run, key = "t", value = new string('a', Limits.TagValue) });
        }

        foreach (var like in new[] { "LIKE", "ILIKE" })
        {
            var pattern = string.Concat(Enumerable.Repeat("%a", Limits.LikeWildcards - 1)) + "%" + string.Concat(Enumerable.Repeat("_", 200)) + "b";
            var took = Stopwatch.StartNew();
            var answer = await hub.Ann.PostedAsync("/runs/search", new { experiment_ids = new[] { experiment }, filter = $"tags.t {like} '{pattern}'" });

            Assert.Equal((200, "{}"), (answer.Status, answer.Text));
            Assert.True(took.Elapsed < Patience, $"{like} took {took.Elapsed}.");
        }
    }

    [Fact]
    public async Task A_name_of_a_megabyte_and_ten_thousand_tags_are_refused_in_a_few_words()
    {
        var (experiment, run) = await hub.GivenRunAsync();

        Answer[] answers =
        [
            await hub.Ann.PostedAsync("/experiments/create", new { name = new string('7', 1_000_000) }),
            await hub.Ann.PostedAsync("/experiments/update", new { experiment_id = experiment, new_name = new string('7', 1_000_000) }),
            await hub.Ann.PostedAsync("/experiments/create", new { name = $"e-{Guid.NewGuid():N}", tags = Tags(10_000) }),
            await hub.Ann.PostedAsync("/runs/create", new { experiment_id = experiment, tags = Tags(10_000) }),
            await hub.Ann.PostedAsync("/runs/log-batch", new { run_id = run, tags = Tags(10_000) }),
            await hub.Ann.PostedAsync("/registered-models/create", new { name = $"m-{Guid.NewGuid():N}", tags = Tags(10_000) }),
        ];

        Assert.All(answers, a => Assert.True((400, "INVALID_PARAMETER_VALUE") == (a.Status, a.Code) && a.Text.Length < 1500, $"{Array.IndexOf(answers, a)}: {a.Status}"));
    }

    private static object[] Tags(int count) => [.. Enumerable.Range(0, count).Select(i => new { key = $"t{i}", value = "v" })];
}
