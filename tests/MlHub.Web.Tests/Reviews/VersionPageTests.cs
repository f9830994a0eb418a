using System.Net;
using System.Text.RegularExpressions;
using MlHub.Web.Shell;

namespace MlHub.Web.Tests.Reviews;

/// <summary>The whole page, as a browser without scripts gets it.</summary>
public sealed partial class VersionPageTests(ReviewHub hub) : IClassFixture<ReviewHub>
{
    [Fact]
    public async Task Every_tab_answers_within_the_content_security_policy()
    {
        var (browser, model) = (await BrowserOfAsync("ann"), await hub.GivenModelAsync());
        string[] pages =
        [
            HubUrls.Version(model, 2), HubUrls.Version(model, 2, "compare"), HubUrls.VersionCompare(model, 2, 1), HubUrls.Version(model, 2, "files"), HubUrls.Version(model, 2, "activity"),
            HubUrls.Version(model, 2, "no-such-tab"),
        ];

        foreach (var page in pages)
        {
            var answer = await browser.GetAsync(page);

            Assert.Equal((page, HttpStatusCode.OK), (page, answer.StatusCode));
            Assert.DoesNotMatch(Inline(), await answer.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task The_head_and_the_requests_are_there_without_any_script()
    {
        var (browser, model) = (await BrowserOfAsync("bob"), await hub.GivenModelAsync());
        await hub.Rita.CallAsync("/transition-requests/create", new { name = model, version = "2", stage = "Production", comment = "<b>now</b>" });

        var html = await browser.GetStringAsync(HubUrls.Version(model, 2));

        Assert.Contains("Version 2</h1>", html, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;now&lt;/b&gt;", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_absent_and_what_is_not_shared_look_the_same()
    {
        var (browser, model) = (await BrowserOfAsync("mallory"), await hub.GivenModelAsync());

        var hidden = await browser.GetAsync(HubUrls.Version(model, 2));
        var absent = await browser.GetAsync(HubUrls.Version("no-such-model", 2));

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (hidden.StatusCode, absent.StatusCode));
        Assert.Equal(Shown(await absent.Content.ReadAsStringAsync()), Shown(await hidden.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task The_future_looks_like_now_and_the_time_before_it_like_nothing()
    {
        var (browser, model) = (await BrowserOfAsync("ann"), await hub.GivenModelAsync());

        var future = await browser.GetAsync(HubUrls.Version(model, 2, asOf: DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeMilliseconds()));
        var past = await browser.GetAsync(HubUrls.Version(model, 2, asOf: 1));

        Assert.Equal(HttpStatusCode.Redirect, future.StatusCode);
        Assert.EndsWith(HubUrls.Version(model, 2), future.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.NotFound, past.StatusCode);
    }

    private async Task<HttpClient> BrowserOfAsync(string user)
    {
        var browser = hub.CreateClient(new() { AllowAutoRedirect = false });
        var token = Forgery().Match(await browser.GetStringAsync(HubUrls.SignIn())).Groups[1].Value;
        await browser.PostAsync(HubUrls.SignIn(), new FormUrlEncodedContent(
            [new("_handler", "sign-in"), new("__RequestVerificationToken", token), new("Input.UserName", user), new("Input.Password", TestHub.Password)]));
        return browser;
    }

    private static string Shown(string html) => html[html.IndexOf("<main", StringComparison.Ordinal)..html.IndexOf("</main>", StringComparison.Ordinal)];

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Forgery();

    [GeneratedRegex(@"<[a-z][^>]*\s(style|on[a-z]+)\s*=|<style|<script(?![^>]*\ssrc=)[^>]*>|href=""javascript", RegexOptions.IgnoreCase)]
    private static partial Regex Inline();
}
