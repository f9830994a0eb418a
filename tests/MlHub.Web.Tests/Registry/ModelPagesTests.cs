using Bunit;
using MlHub.Access;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Tracking.Metrics;
using MlHub.Web.Registry;

namespace MlHub.Web.Tests.Registry;

public sealed class ModelPagesTests : LivePage
{
    [Fact]
    public async Task A_model_made_elsewhere_and_its_stages_appear_without_a_reload()
    {
        var table = RenderAs<ModelsTable>(Ann, _ => { });
        table.WaitForAssertion(() => Assert.Contains("No registered models yet", table.Markup));

        await GivenVersionAsync("prices");
        table.WaitForAssertion(() => Assert.Contains("prices", table.Find("tbody tr").TextContent));
        await The<Transitions>().MoveAsync(Ann, new("prices", 1), Stage.Production, false, null, null, default);

        table.WaitForAssertion(() => Assert.Contains("v1", table.Find("td .chip.production").TextContent));
    }

    [Fact]
    public async Task What_is_not_shared_is_neither_listed_nor_counted()
    {
        await GivenVersionAsync("secret");
        var bob = await Hub.GivenUserAsync("bob");

        var table = RenderAs<ModelsTable>(bob, _ => { });

        table.WaitForAssertion(() => Assert.Contains("No registered models yet", table.Markup));
        Assert.DoesNotContain("secret", table.Markup);
        Assert.Equal(0, (await The<ModelSummaries>().FacetsAsync(bob, default)).Models);
    }

    [Fact]
    public async Task A_wrong_filter_is_explained()
    {
        var table = RenderAs<ModelsTable>(Ann, p => p.Add(c => c.Query, new() { Search = "colour = 'red'" }));

        Assert.Contains("colour", table.WaitForElement(".filter-refusal").TextContent);
    }

    [Fact]
    public void The_place_in_a_wrong_filter_is_counted_as_its_writer_does()
    {
        var table = RenderAs<ModelsTable>(Ann, p => p.Add(c => c.Query, new() { Search = "name LIKE", Stage = Stage.Production }));

        var refusal = table.WaitForElement(".filter-refusal");
        Assert.Contains("character 10", refusal.TextContent);
        Assert.Equal("name LIKE\n         ^", refusal.QuerySelector("pre")!.TextContent);
    }

    [Fact]
    public async Task The_board_shows_versions_by_stage_with_their_metric_and_what_is_asked_for()
    {
        var experiment = await GivenExperimentAsync();
        var run = await GivenRunAsync(experiment.Id, "first", new Metric("val_rmse", 0.5, 1, 1));
        await GivenVersionAsync("prices", run.RunId);
        await The<TransitionRequests>().OpenAsync(Ann, new("prices", 1), Stage.Production, "please", default);

        var board = await RenderBoardAsync(Ann);

        var card = board.WaitForElement("[data-column=None] .board-card");
        Assert.Contains("Version 1", card.TextContent);
        Assert.Contains("val_rmse0.5", card.TextContent.Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal));
        Assert.Contains("ann asks for Production", card.TextContent);
    }

    [Theory]
    [InlineData(RegistryPermission.Read, "Request")]
    [InlineData(RegistryPermission.ManageStaging, "Request")]
    [InlineData(RegistryPermission.ManageProduction, "Transition to")]
    public async Task A_card_offers_to_move_or_to_ask_by_what_one_may(RegistryPermission permission, string verb)
    {
        await GivenVersionAsync("prices");
        var bob = await Hub.GivenUserAsync("bob");
        await using (var db = Hub.Open())
        {
            await db.GivenGrantAsync(db.RegisteredModels.Single(), bob, permission);
        }

        var board = await RenderBoardAsync(bob);

        Assert.StartsWith(verb, board.WaitForElement("[data-card='1'] [data-to=Production]").TextContent.Trim());
    }

    [Fact]
    public async Task What_the_policy_forbids_is_offered_disabled_with_its_reason()
    {
        await GivenVersionAsync("prices");
        await The<MlHub.Reviews.Policies>().SetAsync(Ann, "prices", Stage.Production, new() { RequiredTags = [new("gdpr_review", "passed")] }, default);
        var bob = await Hub.GivenUserAsync("bob");
        await using (var db = Hub.Open())
        {
            await db.GivenGrantAsync(db.RegisteredModels.Single(), bob, RegistryPermission.ManageProduction);
        }

        var board = await RenderBoardAsync(bob);

        var line = board.WaitForElement("[data-card='1'] [data-to=Production]");
        Assert.True(line.HasAttribute("disabled"));
        Assert.NotEmpty(line.QuerySelector("small")!.TextContent);
    }

    [Fact]
    public async Task A_metric_of_a_run_that_is_not_shared_is_not_told()
    {
        var experiment = await GivenExperimentAsync();
        var run = await GivenRunAsync(experiment.Id, "first", new Metric("val_rmse", 0.5, 1, 1));
        await GivenVersionAsync("prices", run.RunId);
        var bob = await Hub.GivenUserAsync("bob");
        await using (var db = Hub.Open())
        {
            await db.GivenGrantAsync(db.RegisteredModels.Single(), bob, RegistryPermission.Read);
        }

        Assert.Empty((await The<MetricLines>().ReadAsync(bob, "prices", null, default)).Known);
        Assert.Null((await The<StageBoards>().ReadAsync(bob, "prices", default)).Metric);
        Assert.Equal("val_rmse", (await The<MetricLines>().ReadAsync(Ann, "prices", null, default)).Key);
    }

    [Fact]
    public async Task Two_versions_are_picked_to_be_compared()
    {
        await GivenVersionAsync("prices");
        await The<ModelVersions>().CreateAsync(Ann, new("prices", "s3://somewhere/model", null, null, null, null, []), default);
        var table = RenderAs<VersionsTable>(Ann, p => p.Add(c => c.ModelId, 1L).Add(c => c.Name, "prices"));

        table.WaitForElements("tbody .pick input");
        // The table may be told of the new version meanwhile, so what is found must be used before it is drawn anew.
        await table.InvokeAsync(() => table.FindAll("tbody .pick input")[0].Change(true));
        await table.InvokeAsync(() => table.FindAll("tbody .pick input")[1].Change(true));

        Assert.EndsWith("/models/prices/versions/2?tab=compare&with=1", table.WaitForElement(".compare-picked a").GetAttribute("href"));
    }

    private async Task<IRenderedComponent<ModelOverview>> RenderBoardAsync(Caller who)
    {
        var model = (await The<RegisteredModels>().GetAsync(Ann, "prices", default)).Model;
        return RenderAs<ModelOverview>(who, p => p.Add(c => c.ModelId, model.Id).Add(c => c.Name, "prices"));
    }

    private async Task GivenVersionAsync(string model, string? runId = null)
    {
        await The<RegisteredModels>().CreateAsync(Ann, model, null, [], default);
        await The<ModelVersions>().CreateAsync(Ann, new(model, "s3://somewhere/model", runId, null, null, null, []), default);
    }
}
