using Bunit;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Registry;
using MlHub.Serving;
using MlHub.Serving.Traffic;
using MlHub.Testing.Serving;
using MlHub.Web.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>The view of shares on a model's page.</summary>
public sealed class TrafficViewTests : LivePage
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_manager_starts_a_canary_changes_its_share_and_ends_it()
    {
        var model = await GivenModelAsync();
        var view = Open(Ann, model);
        view.WaitForAssertion(() => Assert.Contains("leads to", view.Markup, StringComparison.Ordinal), Soon);

        await view.InvokeAsync(() => view.Find("#traffic-Production-version").Change("3"));
        await view.InvokeAsync(() => view.Find("#traffic-Production-percent").Change("25"));
        await view.InvokeAsync(() => view.Find(".traffic-form form").Submit());
        view.WaitForAssertion(() => Assert.Equal(["v2 75 %", "v3 25 %"], view.FindAll(".traffic-shares li").Select(l => l.TextContent)), Soon);
        Assert.Contains("above 5 % of failures, judged from 20 requests on", view.Markup, StringComparison.Ordinal);

        await view.InvokeAsync(() => view.Find("input[type=range]").Change("40"));
        view.WaitForAssertion(() => Assert.Equal("40", view.Find(".traffic-slider input[type=number]").GetAttribute("value")), Soon);
        await Eventually.TrueAsync(async () => (await The<TrafficRules>().GetAsync(Ann, model, default)).Endpoints[0].Rules[0].Rule.Percent == 40);
        view.WaitForAssertion(() => Assert.Equal("v3 40 %", view.FindAll(".traffic-shares li")[1].TextContent), Soon);

        await view.InvokeAsync(() => view.Find(".traffic-rule button").Click());
        view.WaitForAssertion(() => Assert.Contains("Ended by ann.", view.Find(".traffic-past").TextContent, StringComparison.Ordinal), Soon);
    }

    [Fact]
    public async Task One_click_brings_the_version_before_back()
    {
        var model = await GivenModelAsync();
        var view = Open(Ann, model);
        view.WaitForAssertion(() => Assert.Equal("Back to v1", view.Find(".rollback button").TextContent.Trim()), Soon);

        await view.InvokeAsync(() => view.Find(".rollback input").Input("The agents complain."));
        await view.InvokeAsync(() => view.Find(".rollback button").Click());

        view.WaitForAssertion(() => Assert.Equal("v1", view.Find(".card-head a").TextContent), Soon);
        view.WaitForAssertion(() => Assert.Empty(view.FindAll(".rollback")), Soon);
        await using var db = Hub.Open();
        Assert.Contains("The agents complain.", (await db.Events.OrderByDescending(e => e.Id).FirstAsync(e => e.Subject == $"{model}/1")).After, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_only_read_is_offered_nothing_and_a_refusal_of_the_policy_asks_managers_for_a_reason()
    {
        var model = await GivenModelAsync();
        await The<MlHub.Reviews.Policies>().SetAsync(Ann, model, Stage.Production, new() { RequiredTags = [new("gdpr_review", "passed")] }, default);
        var bob = await Hub.GivenUserAsync("bob");
        await using (var db = Hub.Open())
        {
            await db.GivenGrantAsync(db.RegisteredModels.Single(), bob, RegistryPermission.Read);
        }

        var view = Open(Ann, model);
        view.WaitForAssertion(() => view.Find(".traffic-form form"), Soon);
        await view.InvokeAsync(() => view.Find(".traffic-form form").Submit());
        view.WaitForAssertion(() => Assert.Contains("gdpr_review", view.Find("[role=alert]").TextContent, StringComparison.Ordinal), Soon);
        await view.InvokeAsync(() => view.Find("#traffic-Production-reason").Change("The review is late."));
        await view.InvokeAsync(() => view.Find(".traffic-form form").Submit());
        view.WaitForAssertion(() => Assert.Single(view.FindAll(".traffic-rule")), Soon);

        var read = Open(bob, model, RegistryPermission.Read);
        read.WaitForAssertion(() => Assert.Contains("Canary of 10 % of Production for v3", read.Find(".traffic-rule").TextContent, StringComparison.Ordinal), Soon);
        Assert.Empty(read.FindAll("button, input, form"));
    }

    [Fact]
    public async Task Without_an_endpoint_or_serving_it_says_what_is_missing()
    {
        await The<RegisteredModels>().CreateAsync(Ann, "idle", null, [], default);
        var view = Open(Ann, "idle");
        view.WaitForAssertion(() => Assert.Contains("This model is not served", view.Markup, StringComparison.Ordinal), Soon);

        await The<ServedModels>().EnableAsync(Ann, "idle", default);

        view.WaitForAssertion(() => Assert.Contains("Nothing to share yet", view.Markup, StringComparison.Ordinal), Soon);
    }

    [Fact]
    public void Where_other_nodes_answer_too_the_numbers_say_whose_they_are()
    {
        TrafficRule rule = new() { ModelId = 1, Selector = "Production", Kind = TrafficKind.Canary, Version = 2, Percent = 10, State = TrafficState.Running, CreatedBy = Ann.Id, CreatedAt = DateTimeOffset.UtcNow };
        TrafficEntry entry = new(rule, "ann", true, new(5, 5, 0, 0, 1, 2), new(40, 40, 0, 0, 1, 2), null);

        Assert.Contains("Every node judges the canary by what it answered itself.", Numbers(entry with { IsOfNode = true }), StringComparison.Ordinal);
        Assert.DoesNotContain("node", Numbers(entry), StringComparison.Ordinal);

        string Numbers(TrafficEntry of) => RenderAs<TrafficNumbers>(Ann, p => p.Add(n => n.Entry, of).Add(n => n.Present, 1)).Markup;
    }

    private IRenderedComponent<TrafficView> Open(Caller who, string model, RegistryPermission permission = RegistryPermission.Manage) =>
        RenderAs<TrafficView>(who, p => p.Add(v => v.Name, model).Add(v => v.Permission, permission));

    /// <summary>Version 2 took the place of version 1 in Production; 3 is in no stage.</summary>
    private async Task<string> GivenModelAsync()
    {
        var client = Hub.Bearer(await Hub.GivenTokenAsync(Ann, Scopes.All & ~Scopes.Admin));
        var model = await client.GivenServedModelAsync(OnnxModels.Sum);
        await client.GivenOnnxVersionAsync(model, OnnxModels.Product);
        await client.GivenOnnxVersionAsync(model, OnnxModels.Product);
        await client.MoveAsync(model, "1", "Production");
        await client.MoveAsync(model, "2", "Production", archive: true);
        return model;
    }
}
