using Bunit;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Notifications;
using MlHub.Registry;
using MlHub.Web.Audit;
using MlHub.Web.Notifications;

namespace MlHub.Web.Tests.Notifications;

/// <summary>The bell, the inbox and the menu of what one hears of, as an open page shows them.</summary>
public sealed class InboxPartsTests : LivePage
{
    [Fact]
    public async Task The_bell_counts_what_comes_while_the_page_is_open()
    {
        var (model, omar) = await GivenModelAsync();
        var bell = RenderAs<InboxBell>(Ann, _ => { });
        bell.WaitForAssertion(() => Assert.Equal("Inbox", bell.Find("a.bell").GetAttribute("aria-label")));

        await CommentedAsync(omar, model, "look here");

        bell.WaitForAssertion(() => Assert.Equal("1", bell.Find(".badge").TextContent));
    }

    [Fact]
    public async Task The_inbox_shows_what_came_and_forgets_the_mark_once_it_was_read()
    {
        var (model, omar) = await GivenModelAsync();
        var list = RenderAs<InboxList>(Ann, p => p.Add(l => l.UnreadOnly, false));
        list.WaitForAssertion(() => Assert.Contains("Nothing yet", list.Markup, StringComparison.Ordinal));

        await CommentedAsync(omar, model, "<script>look</script> here");
        list.WaitForAssertion(() => Assert.Contains("omar commented on fraud version 1", list.Find("li.unread a").TextContent, StringComparison.Ordinal));
        Assert.Empty(list.FindAll("script"));
        Assert.Contains("/models/fraud/versions/1?tab=activity#event-", list.Find("li a").GetAttribute("href"), StringComparison.Ordinal);
        await list.InvokeAsync(() => list.Find("li button").Click());

        list.WaitForAssertion(() => Assert.Empty(list.FindAll("li.unread")));
        Assert.Equal(0, await The<Inbox>().UnreadCountAsync(Ann, default));
    }

    [Fact]
    public async Task The_menu_follows_a_version_and_mutes_its_model()
    {
        await GivenModelAsync();
        var rita = await Hub.GivenUserAsync("rita", isAdmin: true);
        var menu = RenderAs<FollowMenu>(rita, p => p.Add(m => m.Model, "fraud").Add(m => m.Version, 1));
        menu.WaitForAssertion(() => Assert.Equal("Follow", menu.Find("summary").TextContent));

        await menu.InvokeAsync(() => menu.Find("input[type=checkbox]").Change(true));
        menu.WaitForAssertion(() => Assert.Equal("Following", menu.Find("summary").TextContent));
        await menu.InvokeAsync(() => menu.FindAll("input[type=radio]")[2].Change("on"));

        menu.WaitForAssertion(() => Assert.Equal("Muted", menu.Find("summary").TextContent));
        Assert.Equal(new FollowState(FollowLevel.Muted, true), await The<Follows>().GetAsync(rita, "fraud", 1, default));
    }

    [Fact]
    public async Task An_administrator_verifies_the_chain_on_the_page()
    {
        var ada = await Hub.GivenUserAsync("ada", isAdmin: true);
        var check = RenderAs<ChainCheck>(ada, _ => { });

        await check.InvokeAsync(() => check.Find("button.button").Click());

        check.WaitForAssertion(() => Assert.Contains("The chain is whole.", check.Markup, StringComparison.Ordinal));
    }

    private async Task<(RegisteredModel Model, Caller Omar)> GivenModelAsync()
    {
        var omar = await Hub.GivenUserAsync("omar");
        await using var db = Hub.Open();
        var model = await db.GivenModelAsync("fraud", Ann);
        await db.GivenVersionAsync(model);
        db.Add(new ModelFollow { UserId = Ann.Id, ModelId = model.Id, Level = FollowLevel.All });
        await db.SaveChangesAsync();
        return (model, omar);
    }

    private Task CommentedAsync(Caller who, RegisteredModel model, string text) => The<HubDbFactory>().WriteAsync(
        db =>
        {
            db.Record(who, DateTimeOffset.UtcNow, EventKinds.CommentCreated, model, 1, after: new { id = "c", text });
            return Task.CompletedTask;
        },
        default);
}
