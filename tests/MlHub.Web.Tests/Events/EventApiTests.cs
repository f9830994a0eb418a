using Microsoft.EntityFrameworkCore;
using MlHub.Events;

namespace MlHub.Web.Tests.Events;

/// <summary>Each change leaves one row that tells who did what to what, and what it was before and after.</summary>
public sealed class EventApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Model = """{"artifact_path":"model","flavors":{},"utc_time_created":"now","run_id":"r"}""";

    [Fact]
    public async Task Changes_of_an_experiment_are_told_one_by_one()
    {
        var first = await LastAsync();
        var id = await hub.Ann.GivenExperimentAsync("evented");
        await hub.Ann.CallAsync("/experiments/update", new { experiment_id = id, new_name = "renamed" });
        await hub.Ann.CallAsync("/experiments/set-experiment-tag", new { experiment_id = id, key = "k", value = "1" });
        await hub.Ann.CallAsync("/experiments/set-experiment-tag", new { experiment_id = id, key = "k", value = "2" });
        await hub.Ann.CallAsync("/experiments/delete-experiment-tag", new { experiment_id = id, key = "k" });
        await hub.Ann.CallAsync("/experiments/permissions/create", new { experiment_id = id, username = "bob", permission = "READ" });
        await hub.Ann.CallAsync("/experiments/delete", new { experiment_id = id });
        await hub.Ann.CallAsync("/experiments/restore", new { experiment_id = id });

        Assert.Equal(
            [
                """experiment.created  -> {"name":"evented"}""",
                """experiment.renamed {"name":"evented"} -> {"name":"renamed"}""",
                """experiment.tag_set  -> {"key":"k","value":"1"}""",
                """experiment.tag_set {"key":"k","value":"1"} -> {"key":"k","value":"2"}""",
                """experiment.tag_deleted {"key":"k","value":"2"} -> """,
                """experiment.shared {"principal":"bob","type":"User","permission":"None"} -> {"principal":"bob","type":"User","permission":"Read"}""",
                """experiment.deleted {"name":"renamed"} -> """,
                """experiment.restored  -> {"name":"renamed"}""",
            ],
            await ToldAsync(first, id));
    }

    [Fact]
    public async Task Changes_of_a_run_are_told_one_by_one()
    {
        var experiment = await hub.Ann.GivenExperimentAsync("evented runs");
        var first = await LastAsync();
        var run = await hub.Ann.GivenRunAsync(experiment, "r");
        await hub.Ann.CallAsync("/runs/log-parameter", new { run_id = run, key = "lr", value = "0.1" });
        await hub.Ann.CallAsync("/runs/set-tag", new { run_id = run, key = "k", value = "v" });
        await hub.Ann.CallAsync("/runs/log-batch", new
        {
            run_id = run,
            metrics = new[] { new { key = "m", value = 1, timestamp = 1 } },
            @params = new[] { new { key = "lr", value = "0.1" }, new { key = "depth", value = "3" } },
            tags = new[] { new { key = "k", value = "v" }, new { key = "j", value = "w" } },
        });
        await hub.Ann.CallAsync("/runs/delete-tag", new { run_id = run, key = "k" });
        await hub.Ann.CallAsync("/runs/log-model", new { run_id = run, model_json = Model });
        await hub.Ann.CallAsync("/runs/update", new { run_id = run, status = "FINISHED", end_time = 9 });
        await hub.Ann.UploadAsync(experiment, run, "a.txt", "hello"u8.ToArray());
        await hub.Ann.AskAsync(HttpMethod.Delete, Asking.ArtifactUrl(experiment, run, "a.txt"));
        await hub.Ann.CallAsync("/runs/delete", new { run_id = run });
        await hub.Ann.CallAsync("/runs/restore", new { run_id = run });

        const string digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        Assert.Equal(
            [
                """run.created  -> {"name":"r"}""",
                """run.logged  -> {"params":{"lr":"0.1"}}""",
                """run.logged  -> {"tags":{"k":"v"}}""",
                """run.logged  -> {"params":{"depth":"3"},"tags":{"j":"w"}}""",
                """run.tag_deleted {"key":"k","value":"v"} -> """,
                """run.logged  -> {"model":"model"}""",
                """run.updated {"status":"Running","endTime":null,"name":"r"} -> {"status":"Finished","endTime":9,"name":"r"}""",
                $$"""artifact.saved  -> {"path":"a.txt","digest":"{{digest}}","size":5}""",
                $$"""artifact.deleted [{"path":"a.txt","digest":"{{digest}}"}] -> """,
                "run.deleted  -> ",
                "run.restored  -> ",
            ],
            await ToldAsync(first, run, experiment));
    }

    [Fact]
    public async Task Metrics_and_repetitions_are_no_events()
    {
        var (_, run) = await hub.GivenRunAsync();
        await hub.Ann.CallAsync("/runs/set-tag", new { run_id = run, key = "k", value = "v" });
        await hub.Ann.CallAsync("/runs/log-parameter", new { run_id = run, key = "p", value = "v" });
        var first = await LastAsync();

        await hub.Ann.CallAsync("/runs/log-metric", new { run_id = run, key = "m", value = 1, timestamp = 1 });
        await hub.Ann.CallAsync("/runs/log-batch", new { run_id = run, metrics = new[] { new { key = "m", value = 2, timestamp = 2 } } });
        await hub.Ann.CallAsync("/runs/set-tag", new { run_id = run, key = "k", value = "v" });
        await hub.Ann.CallAsync("/runs/log-parameter", new { run_id = run, key = "p", value = "v" });
        await hub.Ann.CallAsync("/runs/restore", new { run_id = run });

        Assert.Equal(first, await LastAsync());
    }

    [Fact]
    public async Task What_was_refused_is_no_event()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.CallAsync("/runs/log-parameter", new { run_id = run, key = "p", value = "v" });
        var first = await LastAsync();

        Answer[] refused =
        [
            await hub.Bob.PostedAsync("/runs/set-tag", new { run_id = run, key = "k", value = "v" }),
            await hub.Bob.PostedAsync("/experiments/delete", new { experiment_id = experiment }),
            await hub.Ann.PostedAsync("/runs/log-parameter", new { run_id = run, key = "p", value = "other" }),
            await hub.Ann.PostedAsync("/runs/log-batch", new { run_id = run, tags = new[] { new { key = "../k", value = "v" } } }),
            await hub.Ann.PostedAsync("/experiments/create", new { name = "Default" }),
            await hub.Ann.PostedAsync("/experiments/update", new { experiment_id = experiment, new_name = "Default" }),
            await hub.Ann.PostedAsync("/experiments/restore", new { experiment_id = experiment }),
            await hub.Ann.UploadAsync(experiment, run, "a;b", [1]),
            await hub.Ada.PostedAsync("/users/create", new { username = "ann", password = TestHub.Password }),
            await hub.Ada.PostedAsync("/users/create", new { username = "weak", password = "short" }),
        ];

        Assert.All(refused, r => Assert.InRange(r.Status, 400, 499));
        Assert.Equal(first, await LastAsync());
    }

    [Fact]
    public async Task Accounts_and_tokens_are_told_without_their_secrets()
    {
        var first = await LastAsync();
        var made = await hub.Ada.PostedAsync("/users/create", new { username = "told", password = TestHub.Password });

        var row = Assert.Single(await RowsAsync(first));

        Assert.Equal(200, made.Status);
        Assert.Equal(("ada", EventKinds.UserCreated, "told", null), (row.Actor, row.Kind, row.Subject, row.ExperimentId));
        Assert.Equal("""{"userName":"told","isAdmin":false}""", row.After);
    }

    private async Task<List<string>> ToldAsync(long after, string subject, string? experiment = null)
    {
        var rows = await RowsAsync(after);
        Assert.All(rows, r => Assert.Equal(("ann", subject, experiment ?? subject), (r.Actor, r.Subject, $"{r.ExperimentId}")));
        Assert.All(rows, r => Assert.InRange(r.At, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddSeconds(1)));
        return [.. rows.Select(r => $"{r.Kind} {r.Before} -> {r.After}")];
    }

    private async Task<List<HubEvent>> RowsAsync(long after)
    {
        await using var db = hub.Open();
        return await db.Events.AsNoTracking().Where(e => e.Id > after).OrderBy(e => e.Id).ToListAsync();
    }

    private async Task<long> LastAsync()
    {
        await using var db = hub.Open();
        return await db.Events.MaxAsync(e => (long?)e.Id) ?? 0;
    }
}
