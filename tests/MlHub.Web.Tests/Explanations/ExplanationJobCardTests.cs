using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Explanations;
using MlHub.Web.Explanations;

namespace MlHub.Web.Tests.Explanations;

/// <summary>The card that computes, on a run's page.</summary>
public sealed class ExplanationJobCardTests : LivePage
{
    [Fact]
    public async Task It_computes_on_a_click_and_goes_to_the_result()
    {
        var card = Open(Ann, await GivenRunAsync(Explained.Trees(3), Explained.Sample(10)));

        card.WaitForElement("button.primary").Click();

        card.WaitForAssertion(() => Assert.EndsWith("/the-result", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Progress_is_shown_to_all_who_look_and_its_beginner_is_offered_to_cancel()
    {
        var run = await GivenRunAsync(Explained.Trees(300, depth: 6), Explained.Sample(500));
        var card = Open(Ann, run);
        card.WaitForElement("button.primary").Click();

        card.WaitForAssertion(() => Assert.Contains("of 500 rows explained", card.Find("[role=status]").TextContent, StringComparison.Ordinal));
        Assert.Equal("500", card.Find("progress").GetAttribute("max"));
        var other = Open(await Hub.GivenUserAsync("ada", isAdmin: true), run);
        other.WaitForElement("progress");

        card.FindAll("button").Single(b => b.TextContent.Trim() == "Cancel").Click();

        card.WaitForAssertion(() => Assert.Contains("was cancelled", card.Markup, StringComparison.Ordinal));
        other.WaitForAssertion(() => Assert.Contains("Compute again", other.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_cannot_be_explained_says_why_and_what_is_missing()
    {
        var broken = Open(Ann, await GivenRunAsync("no model"u8.ToArray(), Explained.Sample(2)));
        broken.WaitForElement("button.primary").Click();
        broken.WaitForAssertion(() => Assert.Contains("cannot be explained here. This is not an ONNX model", broken.Markup, StringComparison.Ordinal));

        var without = Open(Ann, await GivenRunAsync(Explained.Trees(1), null));
        without.WaitForAssertion(() => Assert.Contains("There is no sample among the files", without.Markup, StringComparison.Ordinal));
        Assert.Empty(without.FindAll("button"));
    }

    [Fact]
    public async Task Who_may_not_read_the_run_sees_nothing_of_it()
    {
        var card = Open(await Hub.GivenUserAsync("bob"), await GivenRunAsync(Explained.Trees(1), Explained.Sample(2)));

        card.WaitForAssertion(() => Assert.Contains("not found", card.Markup, StringComparison.Ordinal));
        Assert.Empty(card.FindAll("button"));
    }

    private IRenderedComponent<ExplanationJobCard> Open(Caller who, string run) => RenderAs<ExplanationJobCard>(who, p => p.Add(c => c.RunId, run).Add(c => c.Choice, new ExplanationChoice()).Add(c => c.Finished, "the-result"));

    private async Task<string> GivenRunAsync(byte[] onnx, byte[]? sample)
    {
        using var ann = Hub.Bearer(await Hub.GivenTokenAsync(Ann));
        var experiment = await ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        var run = await ann.GivenRunAsync(experiment);
        await ann.UploadAsync(experiment, run, "model/model.onnx", onnx);
        if (sample is not null)
        {
            await ann.UploadAsync(experiment, run, "model/input_example.json", sample);
        }

        return run;
    }
}
