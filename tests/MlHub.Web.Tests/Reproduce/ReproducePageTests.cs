using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Compare;
using MlHub.Reproduce;
using MlHub.Web.Tests.Account;

namespace MlHub.Web.Tests.Reproduce;

/// <summary>The recipe of a run, its reproductions, and its code beside that of others.</summary>
public sealed class ReproducePageTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Commit = "9f1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c";

    [Fact]
    public async Task The_recipe_is_a_command_that_no_parameter_breaks_out_of()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await TagAsync(run, ("mlflow.source.type", "PROJECT"), ("mlflow.source.name", "https://github.com/acme/prices"), ("mlflow.source.git.commit", Commit), ("mlflow.project.entryPoint", "train"));
        await hub.Ann.CallAsync("/runs/log-parameter", new { run_id = run, key = "note", value = "</code><script>alert(1)</script>'; id" });

        var raw = await PageAsync($"/experiments/{experiment}/runs/{run}?tab=reproduce");
        var page = WebUtility.HtmlDecode(raw);

        Assert.Contains($"mlflow run --version {Commit} -e train -P 'note=</code><script>alert(1)</script>'\\''; id' -- https://github.com/acme/prices", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert(1)", raw, StringComparison.Ordinal);
        Assert.Contains("No environment is logged", page, StringComparison.Ordinal);
        Assert.Contains("No data is logged", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reproduction_is_listed_with_a_verdict_on_each_metric()
    {
        var (experiment, original) = await hub.GivenRunAsync();
        await LogAsync(original, ("same", 0.5), ("close", 1000), ("off", 2), ("gone", 1), ("nan", double.NaN));
        var again = await hub.Ann.GivenRunAsync(experiment, "made again");
        await LogAsync(again, ("same", 0.5), ("close", 1000.9), ("off", 2.1), ("nan", double.NaN));
        await TagAsync(again, ("mlhub.reproduces", original));

        var found = await hub.Services.GetRequiredService<Reproductions>().OfAsync(hub.AnnAsCaller, original, default);
        var page = WebUtility.HtmlDecode(await PageAsync($"/experiments/{experiment}/runs/{original}?tab=reproduce"));

        Assert.Equal(
            ["off Differs", "gone Missing", "close Close", "nan Equal", "same Equal"], Assert.Single(found.Runs).Metrics.Select(m => $"{m.Key} {m.Agreement}"));
        Assert.Contains("1 of 5 metrics differ", page, StringComparison.Ordinal);
        Assert.Contains($"/compare?runs={original},{again}", page, StringComparison.Ordinal);
        Assert.Contains("This run is itself a reproduction", await PageAsync($"/experiments/{experiment}/runs/{again}?tab=reproduce"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_and_originals_that_one_may_not_read_are_not_told()
    {
        var (_, secret) = await hub.GivenRunAsync();
        var (experiment, run) = await hub.GivenRunAsync();
        await TagAsync(run, ("mlhub.reproduces", secret), ("mlflow.parentRunId", secret));
        await hub.Ann.CallAsync("/experiments/permissions/create", new { experiment_id = experiment, username = "bob", permission = "READ" });
        var bob = await BobAsync();

        Assert.Null((await hub.Services.GetRequiredService<Reproductions>().OfAsync(bob, run, default)).Original);
        Assert.Null(await hub.Services.GetRequiredService<CodeComparisons>().OfAsync(bob, run, CodeBaseline.Parent, null, default));
        await Assert.ThrowsAsync<HubException>(() => hub.Services.GetRequiredService<Recipes>().OfAsync(bob, secret, "http://x", default));
        Assert.NotNull(await hub.Services.GetRequiredService<CodeComparisons>().OfAsync(hub.AnnAsCaller, run, CodeBaseline.Parent, null, default));
    }

    [Fact]
    public async Task Code_and_environment_stand_beside_parent_best_and_production()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"code-{Guid.NewGuid():N}");
        var (parent, best, run) = (await hub.Ann.GivenRunAsync(experiment, "the parent"), await hub.Ann.GivenRunAsync(experiment, "the best"), await hub.Ann.GivenRunAsync(experiment, "mine"));
        foreach (var (id, commit, loss, packages) in new[] { (parent, "aaaaaaaaaa", 3.0, "numpy==1"), (best, "bbbbbbbbbb", 1.0, "numpy==2"), (run, "cccccccccc", 2.0, "numpy==3\nshap==1") })
        {
            await TagAsync(id, ("mlflow.source.git.commit", commit));
            await LogAsync(id, ("loss", loss));
            await hub.Ann.UploadAsync(experiment, id, "model/requirements.txt", Encoding.UTF8.GetBytes(packages));
        }

        await TagAsync(run, ("mlflow.parentRunId", parent));
        var model = $"code-{Guid.NewGuid():N}";
        await hub.Ann.CallAsync("/registered-models/create", new { name = model });
        await hub.Ann.CallAsync("/model-versions/create", new { name = model, source = $"runs:/{best}/model", run_id = best });
        await hub.Ann.CallAsync("/model-versions/transition-stage", new { name = model, version = "1", stage = "Production" });
        var comparisons = hub.Services.GetRequiredService<CodeComparisons>();

        var toParent = await comparisons.OfAsync(hub.AnnAsCaller, run, CodeBaseline.Parent, null, default);
        var toBest = await comparisons.OfAsync(hub.AnnAsCaller, run, CodeBaseline.Best, "loss", default);
        var toProduction = await comparisons.OfAsync(hub.AnnAsCaller, run, CodeBaseline.Production, null, default);

        Assert.Equal(["the parent", "the best", "the best"], new[] { toParent, toBest, toProduction }.Select(c => c!.Run!.Name));
        Assert.Equal(("commit", "cccccccccc", "bbbbbbbbbb"), (toBest!.Code[0].Key, toBest.Code[0].Candidate, toBest.Code[0].Baseline));
        Assert.Equal(["numpy 3 2", "shap 1 "], toProduction!.Environment.Select(e => $"{e.Key} {e.Candidate} {e.Baseline}"));
        Assert.Null(await comparisons.OfAsync(hub.AnnAsCaller, best, CodeBaseline.Best, "loss", default));
        Assert.Null(await comparisons.OfAsync(hub.AnnAsCaller, run, CodeBaseline.Best, "unheard of", default));
        Assert.Contains($"{model} version 1", await PageAsync($"/experiments/{experiment}/runs/{run}?tab=code&against=production"), StringComparison.Ordinal);
        Assert.Contains("This run itself has the best loss.", await PageAsync($"/experiments/{experiment}/runs/{best}?tab=code&against=best"), StringComparison.Ordinal);
    }

    private async Task<Caller> BobAsync()
    {
        await using var db = hub.Open();
        return new(db.Users.Single(u => u.UserName == "bob").Id, "bob");
    }

    private async Task TagAsync(string run, params (string Key, string Value)[] tags)
    {
        foreach (var (key, value) in tags)
        {
            await hub.Ann.CallAsync("/runs/set-tag", new { run_id = run, key, value });
        }
    }

    private async Task LogAsync(string run, params (string Key, double Value)[] metrics)
    {
        foreach (var (key, value) in metrics)
        {
            await hub.Ann.CallAsync("/runs/log-metric", new { run_id = run, key, value = double.IsNaN(value) ? (object)"NaN" : value, timestamp = 1 });
        }
    }

    private async Task<string> PageAsync(string address)
    {
        using var visitor = new Visitor(hub);
        await visitor.SignInAsync("ann");
        return await visitor.Browser.GetStringAsync(address);
    }
}
