using MlHub.Web.Shell;
using MlHub.Web.Tests.Account;
using MlHub.Web.Tests.Registry;

namespace MlHub.Web.Tests.LoggedModels;

/// <summary>The pages of logged models, as a browser without scripts gets them.</summary>
public sealed class LoggedModelPageTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task The_page_shows_what_is_known_of_the_model_and_the_run_leads_to_it()
    {
        var (experiment, run, id) = await GivenModelAsync();
        using var ann = await SignedInAsync("ann");

        var page = await ann.GetAsync(HubUrls.LoggedModel(long.Parse(experiment), id));
        var ofRun = await ann.GetAsync(HubUrls.Run(long.Parse(experiment), run));

        Assert.Equal(200, page.Status);
        foreach (var text in new[] { "<h1>ridge</h1>", "regressor", "0.75", "houses", "alpha", "0.5", "prices-team", "Ready", "made it", $"models:/{id}" })
        {
            Assert.Contains(text, page.Html, StringComparison.Ordinal);
        }

        Assert.Contains($"href=\"{HubUrls.LoggedModel(long.Parse(experiment), id)}\"", ofRun.Html, StringComparison.Ordinal);
        Assert.Contains("step 7", ofRun.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_are_browsed_and_the_model_is_registered_from_its_page()
    {
        var (experiment, _, id) = await GivenModelAsync();
        using var ann = await SignedInAsync("ann");
        var page = HubUrls.LoggedModel(long.Parse(experiment), id, "artifacts", "MLmodel");
        var name = $"reg{Guid.NewGuid():N}";

        var files = await ann.GetAsync(page);
        var registered = await ann.SubmitAsync(files, "register-model", ("Registered.Model", name), ("Registered.Description", "the first"));

        Assert.Contains("sklearn", files.Html, StringComparison.Ordinal);
        Assert.Equal((302, HubUrls.Version(name, 1)), (registered.Status, registered.Location));
        Assert.Contains(name, (await ann.GetAsync(HubUrls.LoggedModel(long.Parse(experiment), id))).Html, StringComparison.Ordinal);
        var deleted = await ann.SubmitAsync(HubUrls.LoggedModel(long.Parse(experiment), id), "delete");
        Assert.Contains("cannot be deleted", deleted.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_is_deleted_by_whoever_may_and_then_its_page_is_gone()
    {
        var (experiment, _, id) = await GivenModelAsync();
        var page = HubUrls.LoggedModel(long.Parse(experiment), id);
        await hub.Ann.CallAsync("/experiments/permissions/create", new { experiment_id = experiment, username = "bob", permission = "READ" });
        using var ann = await SignedInAsync("ann");
        using var bob = await SignedInAsync("bob");

        Assert.DoesNotContain("delete-model", (await bob.GetAsync(page)).Html, StringComparison.Ordinal);
        Assert.Equal(HubUrls.LoggedModels(long.Parse(experiment)), (await ann.SubmitAsync(page, "delete")).Location);
        Assert.Equal(404, (await ann.GetAsync(page)).Status);
    }

    [Fact]
    public async Task What_one_may_not_read_is_no_page_and_neither_is_another_experiments_model()
    {
        var (experiment, _, id) = await GivenModelAsync();
        var other = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        using var ann = await SignedInAsync("ann");
        using var bob = await SignedInAsync("bob");

        Assert.Equal(404, (await bob.GetAsync(HubUrls.LoggedModel(long.Parse(experiment), id))).Status);
        Assert.Equal(404, (await ann.GetAsync(HubUrls.LoggedModel(long.Parse(other), id))).Status);
    }

    [Fact]
    public async Task The_experiment_lists_its_models()
    {
        var (experiment, _, id) = await GivenModelAsync();
        using var ann = await SignedInAsync("ann");

        var all = await ann.GetAsync(HubUrls.LoggedModels(long.Parse(experiment)));
        var none = await ann.GetAsync(HubUrls.LoggedModels(long.Parse(experiment), "name = 'absent'"));
        var wrong = await ann.GetAsync(HubUrls.LoggedModels(long.Parse(experiment), "colour = 'red'"));

        Assert.Contains(HubUrls.LoggedModel(long.Parse(experiment), id), all.Html, StringComparison.Ordinal);
        Assert.Contains("0.75", all.Html, StringComparison.Ordinal);
        Assert.Contains("No model matches the filter", none.Html, StringComparison.Ordinal);
        Assert.Contains("colour", wrong.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("No model matches", wrong.Html, StringComparison.Ordinal);
    }

    private async Task<(string Experiment, string Run, string Id)> GivenModelAsync()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var id = await hub.Ann.GivenLoggedModelAsync(experiment, "ridge", run, "regressor", [("alpha", "0.5")], [("team", "prices-team")]);
        await hub.Ann.UploadOfModelAsync(experiment, id, "MLmodel", "flavors:\n  sklearn:\n    code: null\n"u8.ToArray());
        await hub.Ann.PatchedAsync($"/logged-models/{id}", new { status = "LOGGED_MODEL_READY" });
        await hub.Ann.CallAsync("/runs/outputs", new { run_id = run, models = new[] { new { model_id = id, step = 7 } } });
        await hub.Ann.GivenModelMetricAsync(run, id, "r2", 0.75, dataset: "houses");
        return (experiment, run, id);
    }

    private async Task<Visitor> SignedInAsync(string user)
    {
        var visitor = new Visitor(hub);
        await visitor.SignInAsync(user);
        return visitor;
    }
}
