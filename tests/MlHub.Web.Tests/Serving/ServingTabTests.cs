using Bunit;
using MlHub.Access;
using MlHub.Serving;
using MlHub.Testing.Serving;
using MlHub.Web.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>The tab of a model's page.</summary>
public sealed class ServingTabTests : LivePage
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_manager_has_it_served_and_asks_it()
    {
        var model = await GivenModelAsync(OnnxModels.Sum);
        var tab = Open(Ann, model, canManage: true);
        Assert.Contains("This model is not served", tab.Markup, StringComparison.Ordinal);

        tab.Find("button.primary").Click();
        tab.WaitForAssertion(() => Assert.Contains("1.5", tab.Find("#call-request").GetAttribute("value"), StringComparison.Ordinal), Soon);
        await tab.Find(".call-model form").SubmitAsync();

        tab.WaitForAssertion(() => Assert.Contains("\"sum\": 3.5", tab.Find(".call-answer").TextContent, StringComparison.Ordinal), Soon);
        tab.WaitForAssertion(() => Assert.Equal("Ready", tab.Find(".serving-state").TextContent), Soon);
        Assert.Contains("/1/invocations", tab.Find(".endpoint-address code").TextContent, StringComparison.Ordinal);
        Assert.All(["curl", "requests.post", "HttpClient"], words => Assert.Contains(words, tab.Markup, StringComparison.Ordinal));

        await tab.FindAll("button").Single(b => b.TextContent.Trim() == "Stop serving…").ClickAsync(new());
        Assert.Contains("Nobody can ask it then", tab.WaitForElement(".confirm-ask", Soon).TextContent, StringComparison.Ordinal);
        await tab.Find(".confirm-ask .ghost").ClickAsync(new());
        tab.WaitForAssertion(() => Assert.Empty(tab.FindAll(".confirm-ask")), Soon);
        Assert.True((await The<ServedModels>().GetAsync(Ann, model, default)).IsEnabled);
        await tab.FindAll("button").Single(b => b.TextContent.Trim() == "Stop serving…").ClickAsync(new());
        await tab.WaitForElement(".confirm-ask .danger-solid", Soon).ClickAsync(new());
        tab.WaitForAssertion(() => Assert.Contains("This model is not served", tab.Markup, StringComparison.Ordinal), Soon);
    }

    [Fact]
    public async Task Who_may_only_read_is_offered_to_ask_but_neither_to_begin_nor_to_stop()
    {
        var model = await GivenModelAsync(OnnxModels.Sum);
        var before = Open(Ann, model, canManage: false);
        Assert.Empty(before.FindAll("button"));

        await The<ServedModels>().EnableAsync(Ann, model, default);
        var tab = Open(Ann, model, canManage: false);

        Assert.DoesNotContain(tab.FindAll("button"), b => b.TextContent.Contains("Stop serving", StringComparison.Ordinal));
        Assert.NotNull(tab.Find(".call-model button[type=submit]"));
    }

    [Fact]
    public async Task What_fails_says_why_and_a_refusal_is_shown_as_it_is()
    {
        var model = await GivenModelAsync("no model"u8.ToArray());
        await The<ServedModels>().EnableAsync(Ann, model, default);
        var tab = Open(Ann, model, canManage: true);

        await tab.Find(".call-model form").SubmitAsync();

        tab.WaitForAssertion(() => Assert.Contains("cannot be loaded", tab.Find(".call-answer.refused").TextContent, StringComparison.Ordinal), Soon);
        tab.WaitForAssertion(() => Assert.Contains("cannot be loaded", tab.Find(".serving-reason").TextContent, StringComparison.Ordinal), Soon);
    }

    [Fact]
    public async Task The_example_is_that_of_the_version_that_is_asked_until_somebody_writes_their_own()
    {
        var model = await GivenModelAsync(OnnxModels.Sum);
        using (var ann = Hub.Bearer(await Hub.GivenTokenAsync(Ann)))
        {
            await ann.GivenOnnxVersionAsync(model, OnnxModels.Sum, ServedModelCalls.TwoDoubles, ServedModelCalls.Example.Replace("1.5", "7.25", StringComparison.Ordinal));
        }

        await The<ServedModels>().EnableAsync(Ann, model, default);
        var tab = Open(Ann, model, canManage: true);
        Assert.Contains("7.25", tab.Find("#call-request").GetAttribute("value"), StringComparison.Ordinal);

        tab.Find("#call-selector").Change("1");
        tab.WaitForAssertion(() => Assert.Contains("1.5", tab.Find("#call-request").GetAttribute("value"), StringComparison.Ordinal), Soon);
        await tab.Find("#call-request").ChangeAsync(new() { Value = "{}" });
        await tab.Find("#call-selector").ChangeAsync(new() { Value = "2" });
        tab.WaitForAssertion(() => Assert.Equal("2", tab.Find("#call-selector").GetAttribute("value")), Soon);
        Assert.Equal("{}", tab.Find("#call-request").GetAttribute("value"));
    }

    [Fact]
    public async Task What_cannot_answer_is_not_offered_and_a_request_without_an_example_has_the_names_of_the_signature()
    {
        var model = $"m-{Guid.NewGuid():N}";
        using var ann = Hub.Bearer(await Hub.GivenTokenAsync(Ann, Scopes.All & ~Scopes.Admin));
        await ann.GivenOnnxVersionAsync(model, OnnxModels.Sum, ServedModelCalls.TwoDoubles, flavour: "keras");
        await ann.MoveAsync(model, "1", "Production");
        await ann.EnableServingAsync(model);
        var none = Open(Ann, model, canManage: true);
        Assert.Equal(["Unsupported", "Unsupported"], none.FindAll(".serving-state").Select(s => s.TextContent));
        Assert.Empty(none.FindAll(".call-model, .serving-snippets"));

        await ann.GivenOnnxVersionAsync(model, OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        var tab = Open(Ann, model, canManage: true);

        Assert.Equal(["2"], tab.FindAll("#call-selector option").Select(o => o.GetAttribute("value")));
        Assert.Contains("""{"dataframe_split":{"columns":["a","b"],""", tab.Find(".serving-snippets").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_leads_to_an_archived_version_claims_no_state()
    {
        using var ann = Hub.Bearer(await Hub.GivenTokenAsync(Ann, Scopes.All & ~Scopes.Admin));
        var model = await ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        await ann.CallAsync("/registered-models/alias", new { name = model, alias = "old", version = "1" });
        await ann.MoveAsync(model, "1", "Archived");
        await ann.GivenOnnxVersionAsync(model, OnnxModels.Sum, ServedModelCalls.TwoDoubles);

        var rows = Open(Ann, model, canManage: true).FindAll(".endpoints tbody tr");

        Assert.Contains("archived", rows.Single(r => r.TextContent.Contains("@old", StringComparison.Ordinal)).TextContent, StringComparison.Ordinal);
        Assert.Single(rows, r => r.QuerySelector(".serving-state") is not null);
    }

    [Fact]
    public async Task What_was_given_up_is_tried_again_by_a_manager_and_nobody_else_is_offered_it()
    {
        var model = await GivenModelAsync("no model"u8.ToArray());
        await The<ServedModels>().EnableAsync(Ann, model, default);
        var tab = Open(Ann, model, canManage: true);
        await tab.Find(".call-model form").SubmitAsync();
        tab.WaitForAssertion(() => Assert.Equal("Failed", tab.Find(".serving-state").TextContent), Soon);
        Assert.DoesNotContain(Open(Ann, model, canManage: false).FindAll("button"), b => b.TextContent == "Try again");

        await tab.FindAll("button").Single(b => b.TextContent == "Try again").ClickAsync(new());

        tab.WaitForAssertion(() => Assert.Equal("Asleep", tab.Find(".serving-state").TextContent), Soon);
    }

    [Fact]
    public async Task How_processes_are_run_is_settled_in_a_form_that_names_the_bounds()
    {
        var model = await GivenModelAsync(OnnxModels.Sum);
        var form = RenderAs<ServingSettingsForm>(Ann, p => p.Add(f => f.Name, model));
        form.WaitForAssertion(() => Assert.Equal("1", form.Find("#s-replicas").GetAttribute("placeholder")), Soon);

        form.Find("#s-replicas").Change("3");
        form.Find("#s-rows").Change("16");
        await form.Find("form").SubmitAsync();
        form.WaitForAssertion(() => Assert.Contains("Saved.", form.Markup, StringComparison.Ordinal), Soon);
        Assert.Equal(new ModelLimits(Replicas: 3, BatchRows: 16), await The<ServingLimits>().GetAsync(Ann, model, default));

        form.Find("#s-replicas").Change("9");
        await form.Find("form").SubmitAsync();
        form.WaitForAssertion(() => Assert.Contains("'replicas' is 9; it is a whole number from 1 to 8", form.Find(".notice.bad").TextContent, StringComparison.Ordinal), Soon);
    }

    private IRenderedComponent<ServingTab> Open(Caller who, string model, bool canManage)
    {
        var tab = RenderAs<ServingTab>(who, p => p.Add(t => t.Name, model).Add(t => t.CanManage, canManage));
        tab.WaitForElement(".serving, .empty", Soon);
        return tab;
    }

    private async Task<string> GivenModelAsync(byte[] onnx)
    {
        using var ann = Hub.Bearer(await Hub.GivenTokenAsync(Ann));
        var model = $"m-{Guid.NewGuid():N}";
        await ann.GivenOnnxVersionAsync(model, onnx, ServedModelCalls.TwoDoubles, ServedModelCalls.Example);
        return model;
    }
}
