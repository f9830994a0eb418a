using Bunit;
using MlHub.Access;
using MlHub.Serving;
using MlHub.Testing.Serving;
using MlHub.Web.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>The form that asks a model.</summary>
public sealed class CallModelTests : LivePage
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_model_is_asked_by_its_columns_and_the_answer_stands_beside_what_each_gave()
    {
        var tab = await OpenAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        Assert.Equal(["1.5", "2.0"], tab.FindAll(".call-fields input").Select(i => i.GetAttribute("value")));

        tab.Find("#call-0-0").Change("3");
        tab.Find("#call-0-1").Change("7");
        await tab.Find(".call-model form").SubmitAsync();

        tab.WaitForAssertion(() => Assert.Contains("\"sum\": 10", tab.Find(".call-answer").TextContent, StringComparison.Ordinal), Soon);
        // Against the example, 1.5 and 2.
        tab.WaitForAssertion(
            () => Assert.Equal(["b", "7", "5", "a", "3", "1.5"], tab.FindAll(".request-explanation td").Select(c => c.TextContent)), Soon);
        Assert.Contains("From the base value 3.5 to 10", tab.Find(".request-explanation caption").TextContent, StringComparison.Ordinal);
        // Its request is told beside the version, without a reload.
        tab.WaitForAssertion(() => Assert.Contains("0.2/min · p95", tab.Find(".recent-calls").TextContent, StringComparison.Ordinal), Soon);
    }

    [Fact]
    public async Task A_refusal_is_told_at_the_field_that_it_names()
    {
        var tab = await OpenAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        tab.FindAll("button").Single(b => b.TextContent.Trim() == "Add a row").Click();

        tab.WaitForElement("#call-1-1", Soon).Change("many");
        await tab.Find(".call-model form").SubmitAsync();

        tab.WaitForAssertion(() => Assert.Equal("Could not convert \"many\" to float.", tab.Find("#call-1-1-wrong").TextContent), Soon);
        Assert.Single(tab.FindAll("[aria-invalid]"));
        tab.Find("#call-1-1").Change("3");
        tab.WaitForAssertion(() => Assert.Empty(tab.FindAll("[aria-invalid]")), Soon);
    }

    [Fact]
    public async Task Form_and_JSON_are_kept_in_step()
    {
        var tab = await OpenAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        tab.Find("#call-0-0").Change("42");
        tab.WaitForAssertion(() => Assert.Contains("42", tab.Find("#call-request").GetAttribute("value"), StringComparison.Ordinal), Soon);

        Press(tab, "JSON");
        tab.Find("#call-request").Change("""{"inputs": {"a": [8], "b": [9]}}""");
        Press(tab, "Form");
        tab.WaitForAssertion(() => Assert.Equal(["8", "9"], tab.FindAll(".call-fields input").Select(i => i.GetAttribute("value"))), Soon);

        tab.Find("#call-request").Change("""{"inputs": {"a": [[8]]}}""");
        Press(tab, "Form");
        tab.WaitForAssertion(() => Assert.Empty(tab.FindAll(".call-fields")), Soon);
        Assert.Contains("'a' holds more than one value", tab.Find(".call-model .hint").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_without_a_signature_is_asked_in_JSON_and_what_cannot_be_explained_says_why()
    {
        var tab = await OpenAsync(OnnxModels.Echo, null, """{"inputs": {"whole": [1], "text": ["x"], "truth": [true], "real": [0.5]}}""");
        Assert.Empty(tab.FindAll(".call-fields, .call-model .segments"));

        await tab.Find(".call-model form").SubmitAsync();

        tab.WaitForAssertion(() => Assert.Contains("\"text_out\"", tab.Find(".call-answer").TextContent, StringComparison.Ordinal), Soon);
        tab.WaitForAssertion(() => Assert.Contains("This answer is not explained.", tab.Find(".request-explanation").TextContent, StringComparison.Ordinal), Soon);
    }

    [Fact]
    public async Task An_endpoint_that_versions_share_is_asked_as_an_application_would_and_the_page_says_who_answered()
    {
        var tab = await OpenAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles, prepare: async (ann, model) =>
        {
            await ann.GivenOnnxVersionAsync(model, OnnxModels.Product, ServedModelCalls.TwoDoubles, ServedModelCalls.Example);
            await ann.MoveAsync(model, "1", "Production");
            await ann.EnableServingAsync(model);
            // One that is not loaded yet has no share.
            Assert.Equal(200, (await ann.InvokeAsync(model, "2", new { dataframe_records = new[] { new { a = 1, b = 2 } } })).Status);
            Assert.Equal(200, (await TrafficHub.SetAsync(ann, model, "SPLIT", 50)).Status);
        });
        Assert.Equal(["v1 and others", "v2", "v1"], tab.FindAll("tbody td:nth-child(2)").Select(c => string.Join(' ', c.QuerySelectorAll("a").Select(l => l.TextContent))));
        Dictionary<string, string> answers = [];

        for (var i = 0; answers.Values.Distinct().Count() < 2; i++)
        {
            Assert.True(i < 200, "Every key leads to one version.");
            answers[$"customer-{i % 10}"] = await AnswerAsync($"customer-{i % 10}");
        }

        foreach (var (key, answer) in answers.GroupBy(a => a.Value).Select(g => g.Last()))
        {
            Assert.Equal(answer, await AnswerAsync(key));
        }

        Assert.Equal(["\"sum\": 10 by version 1", "\"sum\": 21 by version 2"], answers.Values.Distinct().Order(StringComparer.Ordinal));
        tab.Find("#call-selector").Change("1");
        tab.WaitForAssertion(() => Assert.Empty(tab.FindAll("#call-key")), Soon);

        async Task<string> AnswerAsync(string key)
        {
            tab.Find("#call-key").Change(key);
            tab.Find("#call-0-0").Change("3");
            tab.Find("#call-0-1").Change("7");
            await tab.Find(".call-model form").SubmitAsync();
            var version = tab.Find(".call-response .label").TextContent.Split("version ")[1].Trim();
            var sum = tab.Find(".call-answer").TextContent.Split('\n').Single(l => l.Contains("\"sum\"", StringComparison.Ordinal)).Trim();
            return $"{sum} by version {version}";
        }
    }

    private static void Press(IRenderedComponent<ServingTab> tab, string button) => tab.FindAll(".call-model .segments button").Single(b => b.TextContent == button).Click();

    private async Task<IRenderedComponent<ServingTab>> OpenAsync(byte[] onnx, string? inputs, string? example = null, Func<HttpClient, string, Task>? prepare = null)
    {
        using var ann = Hub.Bearer(await Hub.GivenTokenAsync(Ann, Scopes.All & ~Scopes.Admin));
        var model = $"m-{Guid.NewGuid():N}";
        await ann.GivenOnnxVersionAsync(model, onnx, inputs, example ?? ServedModelCalls.Example);
        await The<ServedModels>().EnableAsync(Ann, model, default);
        await (prepare?.Invoke(ann, model) ?? Task.CompletedTask);
        var tab = RenderAs<ServingTab>(Ann, p => p.Add(t => t.Name, model).Add(t => t.CanManage, true));
        tab.WaitForElement(".call-model", Soon);
        return tab;
    }
}
