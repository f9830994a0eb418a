using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Repeats;

namespace MlHub.Web.Tests.Repeats;

public sealed class RepeatApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task The_same_key_of_the_same_caller_makes_one_run()
    {
        var (experiment, _) = await hub.GivenRunAsync();
        var key = Guid.NewGuid().ToString();

        var first = await CreateAsync(hub.Ann, key, new { experiment_id = experiment });
        var second = await CreateAsync(hub.Ann, key, new { experiment_id = experiment });
        var other = await CreateAsync(hub.Ann, key + "2", new { experiment_id = experiment });

        Assert.Equal((200, RunOf(first)), (second.Status, RunOf(second)));
        Assert.NotEqual(RunOf(first), RunOf(other));
    }

    [Fact]
    public async Task Two_at_once_make_one_run()
    {
        var (experiment, _) = await hub.GivenRunAsync();
        var key = Guid.NewGuid().ToString();

        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CreateAsync(hub.Ann, key, new { experiment_id = experiment })));

        Assert.Single(all.Select(RunOf).Distinct());
    }

    [Fact]
    public async Task Another_request_under_the_same_key_is_refused_and_another_caller_is_another()
    {
        var (experiment, _) = await hub.GivenRunAsync();
        var bobs = await hub.Bob.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        var key = Guid.NewGuid().ToString();
        await CreateAsync(hub.Ann, key, new { experiment_id = experiment });

        var changed = await CreateAsync(hub.Ann, key, new { experiment_id = experiment, run_name = "other" });

        Assert.Equal((409, "RESOURCE_CONFLICT"), (changed.Status, changed.Code));
        Assert.Equal(200, (await CreateAsync(hub.Bob, key, new { experiment_id = bobs })).Status);
        Assert.Equal(400, (await CreateAsync(hub.Ann, new('k', Limits.IdempotencyKey + 1), new { experiment_id = experiment })).Status);
    }

    [Fact]
    public async Task Without_a_key_the_same_body_twice_makes_two_runs()
    {
        var (experiment, _) = await hub.GivenRunAsync();

        Assert.NotEqual(RunOf(await CreateAsync(hub.Ann, null, new { experiment_id = experiment, start_time = 1 })), RunOf(await CreateAsync(hub.Ann, null, new { experiment_id = experiment, start_time = 1 })));
    }

    [Fact]
    public async Task A_version_is_registered_once_under_a_key()
    {
        var name = $"m-{Guid.NewGuid():N}";
        await hub.Ann.CallAsync("/registered-models/create", new { name });
        var key = Guid.NewGuid().ToString();

        var first = await CreateAsync(hub.Ann, key, new { name, source = "s3://bucket/model" }, "/model-versions/create");
        var second = await CreateAsync(hub.Ann, key, new { name, source = "s3://bucket/model" }, "/model-versions/create");

        Assert.Equal(first.Text, second.Text);
        Assert.Equal(200, second.Status);
    }

    [Fact]
    public async Task After_a_connection_that_broke_before_the_answer_the_same_body_gets_the_run_that_was_made()
    {
        await using var broken = new TestHub { Replace = s => s.AddSingleton<IStartupFilter, BrokenAnswers>() };
        using var ann = await broken.ProgramOfAsync("ann");
        var experiment = await ann.GivenExperimentAsync();
        var body = new { experiment_id = experiment, start_time = 1_700_000_000_000, run_name = "once" };
        using var request = new HttpRequestMessage(HttpMethod.Post, MlflowCalls.Api + "/runs/create") { Content = JsonContent.Create(body), Headers = { { BrokenAnswers.Header, "1" } } };
        var lost = await Answer.OfAsync(await ann.SendAsync(request));

        var again = await CreateAsync(ann, null, body);
        var other = await CreateAsync(ann, null, new { experiment_id = experiment, start_time = 1_700_000_000_001, run_name = "once" });

        Assert.Equal("", lost.Text);
        var runs = (await ann.CallAsync("/runs/search", new { experiment_ids = new[] { experiment } }))["runs"]!.AsArray().Select(r => (string?)r!["info"]!["run_id"]).ToList();
        Assert.Equal(2, runs.Count);
        Assert.Contains(RunOf(again), runs);
        Assert.NotEqual(RunOf(again), RunOf(other));
    }

    [Fact]
    public async Task What_no_repetition_can_ask_for_any_more_is_forgotten()
    {
        var (experiment, _) = await hub.GivenRunAsync();
        var clock = new TestClock();
        var repeats = ActivatorUtilities.CreateInstance<RepeatWorker>(hub.Services, clock);
        var repeat = new Repeat(hub.AnnAsCaller, "/runs/create", null, System.Text.Encoding.UTF8.GetBytes(experiment));
        await using var db = hub.Open();
        var before = await db.FirstCreations.CountAsync();
        await repeats.RememberBrokenAsync(repeat, "x");

        clock.Advance(Repeat.BrokenHolds - TimeSpan.FromSeconds(1));
        await repeats.ForgetAsync(default);
        Assert.True(await db.FirstCreations.CountAsync(f => f.Made == "x") == 1);
        clock.Advance(TimeSpan.FromSeconds(1));
        await repeats.ForgetAsync(default);

        Assert.Equal(0, await db.FirstCreations.CountAsync(f => f.Made == "x"));
    }

    private static string? RunOf(Answer answer) => (string?)answer.Json["run"]?["info"]?["run_id"];

    private static async Task<Answer> CreateAsync(HttpClient client, string? key, object body, string call = "/runs/create")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, MlflowCalls.Api + call) { Content = JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await Answer.OfAsync(await client.SendAsync(request));
    }

    /// <summary>The client's connection breaks when the first byte of the answer is written.</summary>
    private sealed class BrokenAnswers : IStartupFilter
    {
        public const string Header = "X-Test-Break";

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, rest) =>
            {
                if (context.Request.Headers.ContainsKey(Header))
                {
                    using var gone = new CancellationTokenSource();
                    context.RequestAborted = gone.Token;
                    context.Response.Body = new Nowhere(gone);
                    await rest(context);
                    return;
                }

                await rest(context);
            });
            next(app);
        };

        private sealed class Nowhere(CancellationTokenSource gone) : MemoryStream
        {
            public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
            {
                gone.Cancel();
                return ValueTask.CompletedTask;
            }
        }
    }
}
