using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using MlHub.Access;

namespace MlHub.E2E;

/// <summary>Every page, on a desk and on a phone, light and dark: it fits, and the browser has nothing to complain of.</summary>
public sealed class EveryPageJourney(TheStage stage) : IClassFixture<TheStage>
{
    private const string Model = "a-model-with-a-name-that-is-rather-long-for-a-telephone";

    private static readonly string[] Told = ["comment.created", "model_version_tag.set"];

    private const string Robot = "robot-with-a-name-that-is-rather-long-for-a-telephone";
    private const string Somebody = "somebody.with.a.name.that.is.rather.long.for.a.telephone";

    [Fact]
    public async Task Every_page_fits_its_screen_without_a_complaint()
    {
        var admin = await stage.Hub.GivenUserAsync("dana", isAdmin: true);
        await stage.Hub.GivenUserAsync(Somebody);
        await stage.Hub.Services.GetRequiredService<ServiceAccounts>().CreateAsync(admin, Robot, default);
        await stage.Hub.Services.GetRequiredService<Groups>().CreateAsync(admin, "a group with a name that is rather long for a telephone", default);
        await stage.Hub.GivenTokenAsync(admin);
        using var program = stage.Hub.Basic("dana", TestHub.Password);
        var experiment = await program.GivenExperimentAsync("team/an experiment with <b>a name</b> that is rather long for a telephone");
        var run = await GivenRunAsync(program, experiment);
        await GivenModelAsync(program, run);
        var logged = await GivenLeftoversAsync(program, experiment, run);
        var hooks = await GivenWebhookAsync(program);

        var misfits = new List<string>();
        foreach (var (width, height, scheme) in new[] { (1440, 900, ColorScheme.Light), (390, 844, ColorScheme.Dark) })
        {
            var page = await stage.SignInAsync("dana", TestHub.Password, width, height, scheme);
            foreach (var path in Paths($"/experiments/{experiment}", run, logged).Concat(hooks))
            {
                var before = stage.Complaints.Count;
                var answer = await page.GotoAsync(path);
                await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
                await TheStage.KeepPictureAsync(page, $"{width}{path}");

                if ((answer!.Status, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await page.Locator("h1").CountAsync()) is var seen && seen != (200, width, 1))
                {
                    misfits.Add($"{path} at {width}: (status, width, headings) is {seen}");
                }

                misfits.AddRange(stage.Complaints.Skip(before).Select(complaint => $"{path} at {width}: {complaint}"));
            }
        }

        Assert.True(misfits.Count == 0, string.Join(Environment.NewLine, misfits));
        Assert.Empty(stage.Complaints);
    }

    private static IEnumerable<string> Paths(string experiment, string run, string logged) =>
    [
        "/experiments", "/experiments?folder=team", "/experiments?view=deleted", experiment, $"{experiment}?view=deleted", $"{experiment}?filter=metrics.",
        $"{experiment}?tab=models", $"{experiment}?tab=models&filter=metrics.", $"{experiment}/models/{logged}", $"{experiment}/models/{logged}?tab=artifacts",
        $"{experiment}/runs/{run}", $"{experiment}/runs/{run}?tab=metrics", $"{experiment}/runs/{run}?tab=system", $"{experiment}/runs/{run}?tab=artifacts",
        $"{experiment}/runs/{run}?tab=explanations", $"{experiment}/runs/{run}?tab=code", $"{experiment}/runs/{run}?tab=lineage", $"{experiment}/runs/{run}?tab=reproduce",
        $"{experiment}/models/{logged}?tab=lineage", $"/models/{Model}/versions/1?tab=lineage",
        "/trash", "/trash?kind=experiments", "/trash?search=absent",
        "/models", "/models?search=name+LIKE", "/models?view=awaiting", $"/models?as_of={Now}",
        .. new[] { "", "?tab=versions", "?tab=metrics", "?tab=card", "?tab=webhooks", "?tab=settings", $"?as_of={Now}" }.Select(q => $"/models/{Model}{q}"),
        .. new[] { "", "?tab=compare", "?tab=explanations", "?tab=files", "?tab=activity", $"?as_of={Now}" }.Select(q => $"/models/{Model}/versions/2{q}"),
        "/inbox", "/inbox?view=unread", "/account", "/account/tokens", "/account/second-factor",
        "/admin/people", "/admin/groups", "/admin/service-accounts", $"/admin/service-accounts/{Robot}",
        "/admin/tokens", "/admin/storage", "/admin/rights", $"/admin/rights?user=dana&model={Model}", "/admin/audit",
    ];

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <summary>The pages of a webhook that reaches nobody, with its one delivery.</summary>
    private static async Task<string[]> GivenWebhookAsync(HttpClient program)
    {
        var made = await program.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/webhooks/create", new
        {
            name = "a webhook with <b>a name</b> that is rather long for a telephone",
            url = "http://127.0.0.1:9/hook",
            model_name = Model,
            events = Told,
        });
        var id = (string)made.Json["webhook"]!["id"]!;
        await program.CallAsync("/comments/create", new { name = Model, version = "1", comment = "<script>alert(1)</script>" });
        var log = await Eventually.GetAsync(async () => (await program.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/webhooks/deliveries?id={id}")).Json, log => log["deliveries"]?[0]?["attempts"]?.GetValue<int>() > 0);
        return
        [
            "/admin/webhooks", "/webhooks/new", $"/webhooks/new?model={Model}", $"/webhooks/{id}", $"/webhooks/{id}?state=delivered", $"/webhooks/{id}/edit",
            $"/webhooks/{id}/deliveries/{(string)log["deliveries"]![0]!["delivery_id"]!}",
        ];
    }

    private static async Task<string> GivenRunAsync(HttpClient program, string experiment)
    {
        var run = await program.GivenRunAsync(experiment, "<img src=x onerror=alert(1)>");
        await program.CallAsync("/runs/log-batch", new
        {
            run_id = run,
            metrics = Enumerable.Range(0, 50).Select(i => new { key = "loss", value = i == 20 ? "NaN" : (object)(1.0 / (1 + i)), timestamp = 1_700_000_000_000 + (i * 1000), step = i }),
            @params = new[] { new { key = "a/very/long/parameter/name/that/goes/on", value = new string('v', 400) } },
            tags = new[] { new { key = "mlflow.note.content", value = "<script>alert(1)</script>" } },
        });
        return run;
    }

    /// <summary>What lies beside the run: one nested in it, deleted ones, a logged model with its data.</summary>
    private static async Task<string> GivenLeftoversAsync(HttpClient program, string experiment, string run)
    {
        var nested = await program.GivenRunAsync(experiment, "nested");
        await program.CallAsync("/runs/set-tag", new { run_id = nested, key = "mlflow.parentRunId", value = run });
        await program.CallAsync("/runs/delete", new { run_id = await program.GivenRunAsync(experiment, new string('d', 200)) });
        await program.CallAsync("/experiments/delete", new { experiment_id = await program.GivenExperimentAsync("team/" + new string('d', 200)) });
        await program.CallAsync("/runs/log-metric", new { run_id = run, key = "system/gpu_0_memory_usage_megabytes", value = 1e9, timestamp = 1, step = 1 });
        var schema = $$"""{"mlflow_colspec":[{"type":"double","name":"{{new string('c', 90)}}"}]}""";
        await program.CallAsync("/runs/log-inputs", new { run_id = run, datasets = new[] { new { dataset = new { name = new string('n', 90), digest = new string('0', 32), source_type = "http", source = "{}", schema } } } });
        var logged = await program.CallAsync("/logged-models", new { experiment_id = experiment, name = new string('m', 90), source_run_id = run, @params = new[] { new { key = "prompt", value = new string('p', 3000) } } });
        return (string)logged["model"]!["info"]!["model_id"]!;
    }

    private static async Task GivenModelAsync(HttpClient program, string run)
    {
        await program.CallAsync("/registered-models/create", new { name = Model, description = "<script>alert(1)</script>" });
        foreach (var source in new[] { "s3://bucket/one", "s3://bucket/two" })
        {
            await program.CallAsync("/model-versions/create", new { name = Model, source, run_id = run, tags = new[] { new { key = "a.key-that-goes-on", value = "<b>" + new string('v', 300) } } });
        }

        await program.CallAsync("/registered-models/alias", new { name = Model, alias = "an-alias-that-is-rather-long-for-a-telephone", version = "2" });
        await program.CallAsync("/databricks/model-versions/transition-stage", new { name = Model, version = "1", stage = "Production", archive_existing_versions = false });
        await program.CallAsync("/transition-requests/create", new { name = Model, version = "2", stage = "Production", comment = new string('c', 300) + " <img src=x onerror=alert(1)>" });
        await program.CallAsync("/comments/create", new { name = Model, version = "2", comment = "| a | b |\n| --- | --- |\n| " + new string('w', 200) + " | x |" });
    }
}
