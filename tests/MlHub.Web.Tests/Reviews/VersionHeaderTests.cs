using Bunit;
using MlHub.Access;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Web.Reviews;

namespace MlHub.Web.Tests.Reviews;

public sealed class VersionHeaderTests : ReviewPage
{
    [Theory]
    [InlineData(RegistryPermission.Read, Stage.None, "Request Staging, Request Production, Request Archived")]
    [InlineData(RegistryPermission.Edit, Stage.None, "Request Staging, Request Production, Request Archived")]
    [InlineData(RegistryPermission.ManageStaging, Stage.None, "Move Staging, Request Production, Move Archived")]
    [InlineData(RegistryPermission.ManageStaging, Stage.Production, "Request None, Request Staging, Request Archived")]
    [InlineData(RegistryPermission.ManageProduction, Stage.Production, "Move None, Move Staging, Move Archived")]
    [InlineData(RegistryPermission.ManageProduction, Stage.Staging, "Move None, Move Production, Move Archived")]
    [InlineData(RegistryPermission.Manage, Stage.Archived, "Move None, Move Staging, Move Production")]
    public async Task The_stage_menu_offers_what_one_may(RegistryPermission permission, Stage stage, string offered)
    {
        await GivenModelAsync(stage);
        var cleo = await Hub.GivenUserAsync("cleo");
        await using (var db = Hub.Open())
        {
            await db.GivenGrantAsync(Model, cleo, permission);
        }

        var header = Open<VersionHeader>(cleo);

        header.WaitForElement(".stage-menu");
        Assert.Equal(offered, string.Join(", ", header.FindAll("button.stage-choice").Select(c => c.TextContent.Squeezed().Replace("Request transition to", "Request", StringComparison.Ordinal).Replace("Transition to", "Move", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task What_the_policy_forbids_is_offered_disabled_with_the_reason_and_can_be_asked_for()
    {
        await GivenModelAsync();
        await The<Policies>().SetAsync(Ann, Model.Name, Stage.Production, new PromotionPolicy { Approvals = 2, RequiredTags = [new("gdpr", "passed")] }, default);

        var header = Open<VersionHeader>(Bob);

        var off = header.WaitForElement(".stage-choice.off");
        Assert.Contains("The policy is not met: Approvals, Tag gdpr.", off.TextContent);
        Assert.Contains(header.FindAll("button.stage-choice"), c => c.TextContent.Squeezed() == "Request transition to Production");
    }

    [Fact]
    public async Task The_stage_changes_before_ones_eyes()
    {
        await GivenModelAsync();
        var header = Open<VersionHeader>(Rita);
        header.WaitForElement(".stage-menu > summary.none");

        await The<Transitions>().MoveAsync(Bob, Key, Stage.Staging, false, null, null, default);

        header.WaitForElement(".stage-menu > summary.staging");
    }

    [Fact]
    public async Task Asking_from_the_menu_opens_a_request_with_the_comment()
    {
        await GivenModelAsync();
        var header = Open<VersionHeader>(Rita);
        header.WaitForElement("button.stage-choice");

        header.FindAll("button.stage-choice")[1].Click();
        header.WaitForElement("dialog textarea").Input("Have a look");
        header.Find("dialog .primary").Click();

        header.WaitForAssertion(() => Assert.Empty(header.FindAll("dialog")));
        var request = Assert.Single(await The<TransitionRequests>().ListOpenAsync(Rita, Key, default)).Request;
        Assert.Equal((Stage.Production, "Have a look"), (request.ToStage, request.Comment));
    }

    [Fact]
    public async Task One_sees_who_else_is_looking_until_they_leave_or_their_connection_is_lost()
    {
        await GivenModelAsync();
        await Connection.TurnAsync(true);
        var header = Open<VersionHeader>(Rita);
        header.WaitForElement(".stage-menu");
        Assert.Empty(header.FindAll(".lookers"));

        var visit = The<MlHub.Live.Presence>().Enter(Bob, Version.Id);
        header.WaitForAssertion(() => Assert.Contains("bob is looking too", header.Find(".lookers").TextContent));
        visit.Dispose();
        header.WaitForAssertion(() => Assert.Empty(header.FindAll(".lookers")));

        Assert.Equal(["rita"], The<MlHub.Live.Presence>().LookingAt(Version.Id));
        await Connection.TurnAsync(false);
        Assert.Empty(The<MlHub.Live.Presence>().LookingAt(Version.Id));
    }

    [Fact]
    public async Task Aliases_come_and_go_for_those_who_may_and_are_only_shown_to_others()
    {
        await GivenModelAsync();
        var (anns, ritas) = (Open<VersionHeader>(Ann), Open<VersionHeader>(Rita));
        anns.WaitForElement(".alias-add").Click();
        anns.WaitForElement(".alias-form input").Input("champion");
        anns.Find(".alias-form").Submit();

        ritas.WaitForAssertion(() => Assert.Equal("@champion", ritas.Find(".alias").TextContent.Trim()));
        Assert.Empty(ritas.FindAll(".alias button, .alias-add"));
        anns.WaitForElement(".alias button").Click();
        ritas.WaitForAssertion(() => Assert.Empty(ritas.FindAll(".alias")));
    }
}
