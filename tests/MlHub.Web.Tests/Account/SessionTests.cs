using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Events;
using MlHub.Web.Account;
using MlHub.Web.Shell;

namespace MlHub.Web.Tests.Account;

/// <summary>Where people are signed in is seen and ended at once, whatever cookie a browser still has.</summary>
public sealed class SessionTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private readonly string _name = $"u{Guid.NewGuid():N}";

    [Fact]
    public async Task All_browsers_are_listed_and_the_others_signed_out()
    {
        await hub.GivenUserAsync(_name);
        using Visitor here = new(hub), there = new(hub);
        there.Browser.DefaultRequestHeaders.Add("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        await here.SignInAsync(_name);
        await there.SignInAsync(_name);

        var account = await here.GetAsync(HubUrls.Account);
        Assert.Contains("Firefox on Linux", account.Html, StringComparison.Ordinal);
        Assert.Contains("This browser", account.Html, StringComparison.Ordinal);
        var ended = await here.SubmitAsync(account, "end-other-sessions");

        Assert.Contains("signed out everywhere else", ended.Html, StringComparison.Ordinal);
        Assert.StartsWith(HubUrls.SignIn(), (await there.GetAsync(HubUrls.Account)).Location, StringComparison.Ordinal);
        Assert.Equal(200, (await here.GetAsync(HubUrls.Account)).Status);
        await using var db = hub.Open();
        Assert.Equal(1, await db.Events.CountAsync(e => e.Kind == EventKinds.UserSessionsEnded && e.Subject == _name));
    }

    [Fact]
    public async Task Of_many_sessions_this_browsers_comes_first_and_the_others_are_folded()
    {
        await hub.GivenUserAsync(_name);
        using var here = new Visitor(hub);
        await here.SignInAsync(_name);
        for (var i = 0; i < 6; i++)
        {
            using var there = new Visitor(hub);
            await there.SignInAsync(_name);
        }

        var html = (await here.GetAsync(HubUrls.Account)).Html;

        var (card, fold) = (html.IndexOf("id=\"sessions-title\"", StringComparison.Ordinal), html.IndexOf("<summary>2 more</summary>", StringComparison.Ordinal));
        Assert.True(card > 0 && fold > card);
        Assert.Equal(4, Regex.Count(html[card..fold], "end-session-"));
        Assert.Equal(2, Regex.Count(html[fold..], "end-session-"));
        Assert.InRange(html.IndexOf("This browser", card, StringComparison.Ordinal), card, html.IndexOf("end-session-", card, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cookie_kept_from_before_the_sign_out_opens_nothing()
    {
        await hub.GivenUserAsync(_name);
        using var visitor = new Visitor(hub);
        var stolen = (await visitor.SignInAsync(_name)).Session;
        using var thief = hub.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = false });
        thief.DefaultRequestHeaders.Add("Cookie", stolen);
        Assert.Equal(HttpStatusCode.OK, (await thief.GetAsync(HubUrls.Account)).StatusCode);

        await visitor.SignOutAsync();

        Assert.Equal(HttpStatusCode.Found, (await thief.GetAsync(HubUrls.Account)).StatusCode);
    }

    [Fact]
    public async Task Signing_in_where_another_is_signed_in_ends_theirs_and_starts_over()
    {
        await hub.GivenUserAsync(_name);
        using var victim = new Visitor(hub);
        var form = await victim.GetAsync(HubUrls.SignIn());
        await victim.SignInAsync("ann");
        var anns = await victim.GetAsync(HubUrls.Account);

        // Forms are bound to who is signed in, so this one bears the token of a page of theirs.
        var refused = await victim.SubmitAsync(
            form, "sign-in", ("Input.UserName", _name), ("Input.Password", TestHub.Password), (Visitor.TokenField, Visitor.TokenIn(anns)));
        Assert.Contains("is signed out now", refused.Html, StringComparison.Ordinal);
        Assert.StartsWith(HubUrls.SignIn(), (await victim.GetAsync(HubUrls.Account)).Location, StringComparison.Ordinal);

        Assert.Equal(302, (await victim.SignInAsync(_name)).Status);
        Assert.Contains(_name, (await victim.GetAsync(HubUrls.Account)).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_page_is_asked_whether_its_session_still_stands()
    {
        var user = await hub.GivenUserAsync(_name);
        using var visitor = new Visitor(hub);
        await visitor.SignInAsync(_name);
        var sessions = hub.Services.GetRequiredService<SignInSessions>();
        var session = Assert.Single(await sessions.ListAsync(user, default));

        Assert.True(await sessions.IsAliveAsync(session.Id, default));
        await sessions.EndAllAsync(Caller.System, new HubUser { Id = user.Id, UserName = _name }, default);

        Assert.False(await sessions.IsAliveAsync(session.Id, default));
    }

    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1", "Safari on iPhone")]
    [InlineData("curl/8.0", "curl/8.0")]
    [InlineData(null, "Unknown browser")]
    public void A_browser_has_the_name_that_people_give_it(string? agent, string name) => Assert.Equal(name, Browsers.NameOf(agent));
}
