using Bunit;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Web.Reviews;

namespace MlHub.Web.Tests.Reviews;

public sealed class ReviewPanelTests : ReviewPage
{
    [Fact]
    public async Task A_request_made_elsewhere_appears_without_a_reload()
    {
        await GivenModelAsync();
        var panel = Open<ReviewPanel>(Bob);
        panel.WaitForAssertion(() => Assert.Contains("Nobody asks", panel.Markup));

        await AskAsync(Rita, "It is **better**.");

        panel.WaitForAssertion(() => Assert.Contains("rita", panel.Find(".request-head").TextContent));
        Assert.Equal("better", panel.Find(".request-said b").TextContent);
    }

    [Fact]
    public async Task Who_may_only_read_is_offered_no_decision_but_may_take_back_their_own()
    {
        await GivenModelAsync();
        await AskAsync(Rita);

        var panel = Open<ReviewPanel>(Rita);

        panel.WaitForAssertion(() => Assert.Equal(["Cancel request"], panel.FindAll(".request-acts button").Select(b => b.TextContent.Trim())));
    }

    [Fact]
    public async Task Approving_waits_for_the_rules_and_becomes_possible_when_they_are_met()
    {
        await GivenModelAsync();
        await The<Policies>().SetAsync(Ann, Model.Name, Stage.Production, new PromotionPolicy { RequiredTags = [new("gdpr", "passed")] }, default);
        await AskAsync(Rita);
        var panel = Open<ReviewPanel>(Bob);
        panel.WaitForAssertion(() => Assert.True(panel.Find(".request-acts .primary").HasAttribute("disabled")));
        Assert.Contains("Tag gdpr", panel.Find(".blocked").TextContent);
        Assert.DoesNotContain("Override", panel.Markup);

        await The<ModelVersions>().SetTagAsync(Ann, Key, "gdpr", "passed", default);

        panel.WaitForAssertion(() => Assert.False(panel.Find(".request-acts .primary").HasAttribute("disabled")));
        Assert.Empty(panel.FindAll(".rule.unmet"));
        panel.Find(".request-acts .primary").Click();
        panel.WaitForAssertion(() => Assert.Contains("bob approved the request for Production", panel.Find(".last-decision").TextContent.Squeezed()));
    }

    [Fact]
    public async Task A_manager_overrides_the_rules_only_with_a_reason()
    {
        await GivenModelAsync();
        await The<Policies>().SetAsync(Ann, Model.Name, Stage.Production, new PromotionPolicy { RequiredTags = [new("gdpr", "passed")] }, default);
        await AskAsync(Rita);
        var panel = Open<ReviewPanel>(Ann);
        panel.WaitForElement(".link-button").Click();
        panel.WaitForElement(".override-field textarea");
        Assert.True(panel.Find(".request-acts .primary").HasAttribute("disabled"));

        await panel.InvokeAsync(() => panel.Find(".override-field textarea").Input("The regulator asked for it today."));
        await panel.InvokeAsync(() => panel.Find(".request-acts .primary").Click());

        panel.WaitForAssertion(() => Assert.NotEmpty(panel.FindAll(".last-decision")));
        Assert.Equal(Stage.Production, (await The<ModelVersions>().GetAsync(Ann, Key, default)).Version.Stage);
    }

    [Fact]
    public async Task Whoever_is_second_sees_who_was_faster_and_keeps_what_they_wrote()
    {
        await GivenModelAsync();
        await AskAsync(Rita);
        var panel = Open<ReviewPanel>(Bob);
        panel.WaitForElement(".decide textarea").Input("I looked at the tails.");

        await ApproveAsync(Ann);

        panel.WaitForAssertion(() => Assert.Contains("already approved by ann", panel.Find(".gone .notice").TextContent));
        Assert.Equal("I looked at the tails.", panel.Find(".gone textarea").GetAttribute("value"));
        panel.Find(".gone .primary").Click();
        panel.WaitForAssertion(() => Assert.Empty(panel.FindAll(".gone")));
        Assert.Equal("I looked at the tails.", Assert.Single(await The<Comments>().ListAsync(Ann, Key, default)).Comment.Text);
    }

    [Fact]
    public async Task Checks_change_before_ones_eyes_and_a_link_is_a_web_address_or_none()
    {
        await GivenModelAsync();
        var panel = Open<ReviewPanel>(Rita);
        panel.WaitForElement(".checks");

        await The<Checks>().ReportAsync(Ann, Key, new("bias-audit", CheckState.Failed, "2 groups stand out", "**why**"), default);

        panel.WaitForAssertion(() => Assert.Contains("2 groups stand out", panel.Find(".check-row.failed").TextContent));
        Assert.Empty(panel.FindAll(".checks .card-head button"));
    }
}

internal static class Squeezing
{
    /// <summary>With every run of white space as one blank, as a browser shows it.</summary>
    public static string Squeezed(this string text) => string.Join(' ', text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
}
