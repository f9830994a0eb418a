using MlHub.Web.Shell;
using MlHub.Web.Tests.Account;
using MlHub.Web.Trash;

namespace MlHub.Web.Tests.Trash;

/// <summary>The pages of folders and of the trash, as a browser without scripts gets them.</summary>
public sealed class TrashPageTests : IAsyncLifetime
{
    private readonly TestHub _hub = new(("MlHub:Retention:DeletedRunsAfterDays", "30"));
    private HttpClient _ann = null!;
    private Visitor _visitor = null!;

    public async ValueTask InitializeAsync()
    {
        _ann = _hub.Bearer(await _hub.GivenTokenAsync(await _hub.GivenUserAsync("ann")));
        _visitor = new(_hub);
        await _visitor.SignInAsync("ann");
    }

    public async ValueTask DisposeAsync()
    {
        _visitor.Dispose();
        await _hub.DisposeAsync();
    }

    [Fact]
    public async Task Selected_runs_are_restored_or_named_and_then_deleted_for_ever()
    {
        var experiment = await _ann.GivenExperimentAsync();
        var (first, second) = (await _ann.GivenRunAsync(experiment, "unloved"), await _ann.GivenRunAsync(experiment, "regretted"));
        await _ann.CallAsync("/runs/delete", new { run_id = first });
        await _ann.CallAsync("/runs/delete", new { run_id = second });

        var page = await _visitor.GetAsync(HubUrls.Trash());
        var restored = await _visitor.SubmitAsync(page, "trash", ("Input.Ids", second), ("Input.Act", "restore"));
        var asked = await _visitor.SubmitAsync(restored, "trash", ("Input.Ids", first), ("Input.Act", "ask"));
        var purged = await _visitor.SubmitAsync(asked, "purge");

        Assert.Contains("unloved", page.Html);
        Assert.Contains("in prices", page.Html);
        Assert.Contains("1 run restored.", restored.Html);
        Assert.Contains("Nothing brings back what goes now", asked.Html);
        Assert.Contains("<b>unloved</b>", asked.Html);
        Assert.Contains("1 run deleted for ever.", purged.Html);
        Assert.Contains("No deleted runs", purged.Html);
        Assert.Equal((404, 200), ((await _ann.GotAsync($"/runs/get?run_id={first}")).Status, (await _ann.GotAsync($"/runs/get?run_id={second}")).Status));
    }

    [Fact]
    public async Task Nothing_selected_and_a_taken_name_are_explained()
    {
        var experiment = await _ann.GivenExperimentAsync("twice");
        await _ann.CallAsync("/experiments/delete", new { experiment_id = experiment });
        await _ann.GivenExperimentAsync("twice");
        var page = await _visitor.GetAsync(HubUrls.Trash(TrashKind.Experiments));

        Assert.Contains("Select what to restore", (await _visitor.SubmitAsync(page, "trash", ("Input.Act", "restore"))).Html);
        Assert.Contains("already exists", (await _visitor.SubmitAsync(page, "trash", ("Input.Ids", experiment), ("Input.Act", "restore"))).Html);
    }

    [Fact]
    public async Task Administrators_see_what_retention_would_remove_and_others_do_not()
    {
        Assert.DoesNotContain("Deleted for ever by itself", (await _visitor.GetAsync(HubUrls.Trash())).Html);
        await _hub.GivenUserAsync("ada", isAdmin: true);
        using var ada = new Visitor(_hub);
        await ada.SignInAsync("ada");

        Assert.Contains("runs after 30 days, experiments never", (await ada.GetAsync(HubUrls.Trash())).Html);
    }

    [Fact]
    public async Task Names_with_slashes_are_walked_as_folders()
    {
        await _ann.GivenExperimentAsync("team/vision/resnet");
        await _ann.GivenExperimentAsync("alone");

        var (top, team, vision) = (
            await _visitor.GetAsync(HubUrls.Experiments()), await _visitor.GetAsync(HubUrls.Experiments(folder: "team")), await _visitor.GetAsync(HubUrls.Experiments(folder: "team/vision")));

        Assert.Contains($"href=\"{HubUrls.Experiments(folder: "team")}\"", top.Html);
        Assert.Contains("alone", top.Html);
        Assert.DoesNotContain("resnet", top.Html);
        Assert.Contains($"href=\"{HubUrls.Experiments(folder: "team/vision")}\"", team.Html);
        Assert.Contains(">resnet</a>", vision.Html);
        Assert.DoesNotContain("Share folder", vision.Html);
    }

    [Fact]
    public async Task Who_manages_a_folder_shares_it_on_its_page()
    {
        await _ann.GivenExperimentAsync("team/churn");
        await _hub.GivenUserAsync("ada", isAdmin: true);
        await _hub.GivenUserAsync("bob");
        using var ada = new Visitor(_hub);
        await ada.SignInAsync("ada");

        var shared = await ada.SubmitAsync(HubUrls.Experiments(folder: "team"), "share-new", ("Share.Who", "User:bob"), ("Share.Level", "Read"));

        Assert.Contains("Share folder team", shared.Html);
        using var bob = new Visitor(_hub);
        await bob.SignInAsync("bob");
        Assert.Contains("churn", (await bob.GetAsync(HubUrls.Experiments(folder: "team"))).Html);
    }

    [Fact]
    public async Task A_run_that_was_moved_is_found_under_its_old_address()
    {
        var (from, to) = (await _ann.GivenExperimentAsync("from"), await _ann.GivenExperimentAsync("to"));
        var run = await _ann.GivenRunAsync(from, "mover");
        await _ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/runs/move", new { run_ids = new[] { run }, experiment_id = to });

        var answer = await _visitor.Browser.GetAsync($"/experiments/{from}/runs/{run}");

        Assert.EndsWith($"/experiments/{to}/runs/{run}", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task A_runs_page_shows_its_code_its_family_and_its_machine_apart()
    {
        var experiment = await _ann.GivenExperimentAsync();
        var run = await _ann.GivenRunAsync(experiment, "parent");
        var child = await _ann.GivenRunAsync(experiment, "child");
        await _ann.CallAsync("/runs/set-tag", new { run_id = child, key = "mlflow.parentRunId", value = run });
        await _ann.CallAsync("/runs/log-batch", new
        {
            run_id = run,
            metrics = new[] { new { key = "system/cpu", value = 0.5, timestamp = 1, step = 1 }, new { key = "loss", value = 0.5, timestamp = 1, step = 1 } },
            tags = new[] { new { key = "mlflow.source.git.repoURL", value = "git@github.com:team/churn.git" }, new { key = "mlflow.source.git.commit", value = "0123456789abcdef" } },
        });
        await _ann.UploadAsync(experiment, run, "model/requirements.txt", [1]);

        var overview = await _visitor.GetAsync($"/experiments/{experiment}/runs/{run}");
        var (metrics, system) = (await _visitor.GetAsync($"/experiments/{experiment}/runs/{run}?tab=metrics"), await _visitor.GetAsync($"/experiments/{experiment}/runs/{run}?tab=system"));

        Assert.Contains("https://github.com/team/churn/commit/0123456789abcdef", overview.Html);
        Assert.Contains("model/requirements.txt", overview.Html);
        Assert.Contains($"/experiments/{experiment}/runs/{child}\"", overview.Html);
        Assert.Contains("Delete the runs nested in it as well", overview.Html);
        Assert.Contains("title=\"system/cpu\"", system.Html);
        Assert.DoesNotContain("title=\"system/cpu\"", metrics.Html);
        Assert.Contains($"/experiments/{experiment}/runs/{run}\"", (await _visitor.GetAsync($"/experiments/{experiment}/runs/{child}")).Html);
    }
}
