using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using MlHub.Web.Startup;

namespace MlHub.Web.Tests.Trash;

public sealed class TrashApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string PurgeRuns = "/api/2.0/mlhub/runs/delete-permanently", PurgeExperiments = "/api/2.0/mlhub/experiments/delete-permanently";

    [Fact]
    public async Task A_deleted_run_is_gone_for_ever_and_the_log_says_so()
    {
        var (_, run) = await hub.GivenRunAsync();
        await hub.Ann.CallAsync("/runs/log-metric", new { run_id = run, key = "loss", value = 1, timestamp = 1, step = 1 });
        await hub.Ann.CallAsync("/runs/delete", new { run_id = run });

        var answer = await hub.Ann.AskAsync(HttpMethod.Post, PurgeRuns, new { run_ids = new[] { run, run } });

        Assert.Equal((200, "{}"), (answer.Status, answer.Text));
        Assert.Equal(404, (await hub.Ann.GotAsync($"/runs/get?run_id={run}")).Status);
        Assert.Equal(404, (await hub.Ann.PostedAsync("/runs/restore", new { run_id = run })).Status);
        await using var db = hub.Open();
        Assert.Equal("ann", (await db.Events.SingleAsync(e => e.Subject == run && e.Kind == "run.purged")).Actor);
    }

    [Fact]
    public async Task An_active_run_must_be_deleted_first_and_then_none_of_the_others_goes()
    {
        var (experiment, active) = await hub.GivenRunAsync();
        var deleted = await hub.Ann.GivenRunAsync(experiment, "second");
        await hub.Ann.CallAsync("/runs/delete", new { run_id = deleted });

        var answer = await hub.Ann.AskAsync(HttpMethod.Post, PurgeRuns, new { run_ids = new[] { deleted, active } });

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
        Assert.Equal(200, (await hub.Ann.GotAsync($"/runs/get?run_id={deleted}")).Status);
    }

    [Fact]
    public async Task An_experiment_goes_with_its_runs_and_its_name_is_free()
    {
        var name = $"e-{Guid.NewGuid():N}";
        var experiment = await hub.Ann.GivenExperimentAsync(name);
        var run = await hub.Ann.GivenRunAsync(experiment);
        await hub.Ann.CallAsync("/experiments/delete", new { experiment_id = experiment });

        var answer = await hub.Ann.AskAsync(HttpMethod.Post, PurgeExperiments, new { experiment_ids = new[] { experiment } });

        Assert.Equal(200, answer.Status);
        Assert.Equal((404, 404), ((await hub.Ann.GotAsync($"/experiments/get?experiment_id={experiment}")).Status, (await hub.Ann.GotAsync($"/runs/get?run_id={run}")).Status));
        Assert.NotEqual(experiment, await hub.Ann.GivenExperimentAsync(name));
    }

    [Fact]
    public async Task Only_who_manages_deletes_for_ever_and_strangers_learn_nothing()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var editor = await hub.ProgramOfAsync($"ed-{Guid.NewGuid():N}"[..12]);
        var name = (string)(await editor.ReadAsync("/users/current"))["user"]!["username"]!;
        await hub.Ann.CallAsync("/experiments/permissions/create", new { experiment_id = experiment, username = name, permission = "EDIT" });
        await editor.CallAsync("/runs/delete", new { run_id = run });

        Assert.Equal(403, (await editor.AskAsync(HttpMethod.Post, PurgeRuns, new { run_ids = new[] { run } })).Status);
        Assert.Equal(404, (await hub.Bob.AskAsync(HttpMethod.Post, PurgeRuns, new { run_ids = new[] { run } })).Status);
        Assert.Equal(404, (await hub.Bob.AskAsync(HttpMethod.Post, PurgeExperiments, new { experiment_ids = new[] { experiment } })).Status);
    }

    [Fact]
    public async Task A_token_for_training_cannot_delete_for_ever()
    {
        var (_, run) = await hub.GivenRunAsync();
        await hub.Ann.CallAsync("/runs/delete", new { run_id = run });
        using var training = hub.Bearer(await hub.GivenTokenAsync(hub.AnnAsCaller));

        Assert.Equal(403, (await training.AskAsync(HttpMethod.Post, PurgeRuns, new { run_ids = new[] { run } })).Status);
    }

    [Theory]
    [InlineData(PurgeRuns, """{}""")]
    [InlineData(PurgeRuns, """{"run_ids":[]}""")]
    [InlineData(PurgeRuns, """{"run_ids":[null]}""")]
    [InlineData(PurgeExperiments, """{"experiment_ids":["x"]}""")]
    [InlineData(PurgeExperiments, """{"experiment_ids":["0"]}""")]
    public async Task What_names_nothing_sensible_is_refused(string call, string body)
    {
        var answer = await hub.Ada.AskAsync(HttpMethod.Post, call, body);

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task More_than_the_limit_at_once_is_refused()
    {
        var ids = Enumerable.Range(0, Limits.PurgedPerCall + 1).Select(i => $"{i:x32}");

        Assert.Equal(400, (await hub.Ann.AskAsync(HttpMethod.Post, PurgeRuns, new { run_ids = ids })).Status);
    }

    [Fact]
    public async Task Without_rules_retention_would_remove_nothing()
    {
        var answer = await hub.Ada.AskAsync(HttpMethod.Get, "/api/2.0/mlhub/retention/preview");

        Assert.Equal("""{"run_count":0,"experiment_count":0,"artifact_bytes":0,"metric_points":0,"runs":[],"experiments":[]}""", answer.Text);
        Assert.Equal(403, (await hub.Ann.AskAsync(HttpMethod.Get, "/api/2.0/mlhub/retention/preview")).Status);
    }

    [Fact]
    public async Task Rules_of_the_settings_are_told()
    {
        using var strict = new TestHub(("MlHub:Retention:DeletedRunsAfterDays", "30"));
        using var ada = await strict.ProgramOfAsync("ada", isAdmin: true);

        Assert.Equal(30, (int)(await ada.AskAsync(HttpMethod.Get, "/api/2.0/mlhub/retention/preview")).Json["deleted_runs_after_days"]!);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("-1")]
    [InlineData("40000")]
    public void A_wrong_rule_is_refused_by_its_name(string days)
    {
        var settings = new ConfigurationBuilder().AddJsonFile(Path.Combine(Repository.Root, "appsettings.json"))
            .AddInMemoryCollection([new("MlHub:Retention:DeletedExperimentsAfterDays", days)]).Build();

        Assert.StartsWith("MlHub:Retention:DeletedExperimentsAfterDays ", Assert.Throws<SettingException>(() => HubSettings.Read(settings, [])).Message);
    }
}
