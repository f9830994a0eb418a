using MlHub.Web.Shell;
using MlHub.Web.Tests.Account;
using MlHub.Web.Tracking;

namespace MlHub.Web.Tests.Tracking;

/// <summary>A run's page offers what its reader may do, as a browser without scripts gets it.</summary>
public sealed class RunPageTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Theory]
    [InlineData("READ", false, false)]
    [InlineData("EDIT", true, false)]
    [InlineData("MANAGE", true, true)]
    public async Task Each_right_is_offered_what_it_may_do(string right, bool changes, bool moves)
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        var run = await hub.Ann.GivenRunAsync(experiment, "first");
        await hub.Ann.CallAsync("/experiments/permissions/create", new { experiment_id = experiment, username = "bob", permission = right });
        using var bob = new Visitor(hub);
        await bob.SignInAsync("bob");

        var page = (await bob.GetAsync(HubUrls.Run(long.Parse(experiment), run))).Html;

        Assert.Equal((changes, changes), (page.Contains("data-opens=\"rename-run\""), page.Contains("data-opens=\"delete-run\"")));
        Assert.Contains(moves ? "Move or copy this run" : "Copy this run", page);
        Assert.Equal(moves, page.Contains(">Move</button>"));
    }

    [Theory]
    [InlineData(RunTab.Overview)]
    [InlineData(RunTab.Metrics)]
    [InlineData(RunTab.Artifacts)]
    public async Task A_parent_is_deleted_with_its_nested_runs_from_every_tab(RunTab tab)
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        var (parent, child) = (await hub.Ann.GivenRunAsync(experiment, "parent"), await hub.Ann.GivenRunAsync(experiment, "child"));
        await hub.Ann.CallAsync("/runs/set-tag", new { run_id = child, key = "mlflow.parentRunId", value = parent });
        using var ann = new Visitor(hub);
        await ann.SignInAsync("ann");

        Assert.Contains("Delete the runs nested in it as well", (await ann.GetAsync(HubUrls.Run(long.Parse(experiment), parent, tab))).Html);
    }
}
