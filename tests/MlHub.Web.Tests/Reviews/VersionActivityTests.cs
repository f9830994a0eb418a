using Bunit;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Web.Reviews;

namespace MlHub.Web.Tests.Reviews;

public sealed class VersionActivityTests : ReviewPage
{
    [Fact]
    public async Task A_half_written_comment_survives_what_others_do()
    {
        await GivenModelAsync();
        var activity = Open<VersionActivity>(Rita);
        activity.WaitForElement(".composer textarea").Input("I was about to");

        await The<Comments>().CreateAsync(Ann, Key, "Hello @rita", null, default);

        activity.WaitForAssertion(() => Assert.Equal("@rita", activity.Find(".comment .mention").TextContent));
        Assert.Equal("I was about to", activity.Find(".composer textarea").GetAttribute("value"));
    }

    [Fact]
    public async Task The_history_tells_the_whole_story_newest_first()
    {
        await GivenModelAsync();
        await AskAsync(Rita, "Please.");
        await ApproveAsync(Bob);

        var lines = Open<VersionActivity>(Rita);

        lines.WaitForAssertion(() => Assert.True(lines.FindAll(".event").Count >= 3));
        var text = lines.FindAll(".event").Select(e => e.TextContent.Squeezed()).Where(t => !t.Contains("check", StringComparison.Ordinal)).ToList();
        Assert.Contains(text, t => t.Contains("bob moved it None Production", StringComparison.Ordinal));
        Assert.Contains(text, t => t.Contains("bob approved the request of rita for Production", StringComparison.Ordinal));
        Assert.Contains("rita asked for Production", text[^1]);
        Assert.Contains("Please.", text[^1]);
    }

    [Fact]
    public async Task Answers_stand_below_what_they_answer_and_only_authors_are_offered_to_edit()
    {
        await GivenModelAsync();
        var root = await The<Comments>().CreateAsync(Rita, Key, "Why?", null, default);
        await The<Comments>().CreateAsync(Ann, Key, "Because.", root.Id, default);

        var activity = Open<VersionActivity>(Rita);

        activity.WaitForAssertion(() => Assert.Equal(2, activity.FindAll(".thread .comment").Count));
        Assert.Single(activity.FindAll(".thread"));
        Assert.Single(activity.FindAll("[aria-label='Edit this comment']"));
        Assert.Equal($"comment-{root.Id}", activity.Find(".comment").Id);
    }

    [Fact]
    public async Task In_the_past_comments_are_read_as_they_stood_and_nothing_can_be_changed()
    {
        await GivenModelAsync();
        var root = await The<Comments>().CreateAsync(Rita, Key, "Why?", null, default);
        await Eventually.TrueAsync(() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() > root.CreatedAt.ToUnixTimeMilliseconds());
        await The<Comments>().CreateAsync(Ann, Key, "Because.", root.Id, default);

        var activity = Open<VersionActivity>(Rita, root.CreatedAt.ToUnixTimeMilliseconds());

        activity.WaitForAssertion(() => Assert.Contains("Why?", Assert.Single(activity.FindAll(".thread .comment")).TextContent));
        Assert.Empty(activity.FindAll("button, summary, textarea"));
    }

    [Fact]
    public async Task An_override_stands_out()
    {
        await GivenModelAsync();
        await The<Policies>().SetAsync(Ann, Model.Name, Stage.Production, new PromotionPolicy { RequiredTags = [new("gdpr", "passed")] }, default);
        await The<Transitions>().MoveAsync(Ann, Key, Stage.Production, false, null, "Outage.", default);

        var activity = Open<VersionActivity>(Rita);

        activity.WaitForAssertion(() => Assert.Contains("Outage.", activity.Find(".event.warn .override").TextContent));
    }
}
