using System.Net;
using System.Text.RegularExpressions;
using MlHub.Access;
using MlHub.Web.Shell;

namespace MlHub.Web.Tests.Shell;

/// <summary>Whole pages, as a browser without scripts gets them.</summary>
public sealed partial class PageTests : IAsyncLifetime
{
    private readonly TestHub _hub = new();
    private HttpClient _browser = null!;
    private string _experiment = "", _run = "";

    public async ValueTask InitializeAsync()
    {
        var ann = _hub.Bearer(await _hub.GivenTokenAsync(await _hub.GivenUserAsync("ann")));
        _experiment = await ann.GivenExperimentAsync();
        _run = await ann.GivenRunAsync(_experiment, "first");
        await ann.CallAsync("/runs/log-batch", new
        {
            run_id = _run,
            metrics = new[] { new { key = "loss", value = 0.5, timestamp = 1, step = 1 } },
            @params = new[] { new { key = "rate", value = "<b>0.1" } },
            tags = Array.Empty<object>(),
        });
        _browser = _hub.CreateClient(new() { AllowAutoRedirect = false });
    }

    public async ValueTask DisposeAsync() => await _hub.DisposeAsync();

    [Fact]
    public async Task Without_signing_in_every_page_leads_to_the_sign_in()
    {
        var answer = await _browser.GetAsync(HubUrls.Experiments());

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(HubUrls.SignIn(HubUrls.Experiments()), answer.Headers.Location!.PathAndQuery);
    }

    [Fact]
    public async Task After_signing_in_one_is_where_one_wanted_to_be()
    {
        var answer = await SignInAsync("ann", TestHub.Password, "/experiments?search=p");

        Assert.Equal("/experiments?search=p", answer.Headers.Location!.OriginalString.Replace("http://localhost", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Signing_in_never_leads_to_another_site()
    {
        var answer = await SignInAsync("ann", TestHub.Password, "//evil.example/");

        Assert.DoesNotContain("evil", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task A_wrong_password_and_a_wrong_name_are_answered_in_the_same_words()
    {
        var password = await (await SignInAsync("ann", "not this one at all", null)).Content.ReadAsStringAsync();
        var name = await (await SignInAsync("nobody-here", TestHub.Password, null)).Content.ReadAsStringAsync();

        Assert.Contains("The user name or the password is wrong.", password);
        Assert.Contains("The user name or the password is wrong.", name);
    }

    [Fact]
    public async Task Every_page_keeps_to_the_content_security_policy()
    {
        await SignInAsync("ann", TestHub.Password, null);
        var run = HubUrls.Run(long.Parse(_experiment), _run);
        string[] pages = [HubUrls.Experiments(), HubUrls.Models(), HubUrls.Models(new() { AsOf = 1 }), HubUrls.Experiment(long.Parse(_experiment)), run, run + "?tab=metrics", run + "?tab=artifacts", HubUrls.Tokens, HubUrls.NotFound, HubUrls.Error];

        foreach (var page in pages)
        {
            var answer = await _browser.GetAsync(page);
            var html = await answer.Content.ReadAsStringAsync();

            Assert.Contains("script-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single());
            Assert.DoesNotMatch(Inline(), html);
        }
    }

    [Fact]
    public async Task A_page_shows_what_was_logged_without_any_script()
    {
        await SignInAsync("ann", TestHub.Password, null);

        var table = await _browser.GetStringAsync(HubUrls.Experiment(long.Parse(_experiment)));
        var run = await _browser.GetStringAsync(HubUrls.Run(long.Parse(_experiment), _run));

        Assert.Contains(">first</a>", table);
        Assert.Contains("&lt;b&gt;0.1", run);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused_with_a_page_that_says_so()
    {
        using var answer = await _browser.PostAsync(HubUrls.SignIn(null), new FormUrlEncodedContent([new("_handler", "sign-in")]));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("The form may have been open for too long", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task What_is_absent_and_what_is_not_shared_look_the_same()
    {
        await _hub.GivenUserAsync("bob");
        await SignInAsync("bob", TestHub.Password, null);

        var hidden = await _browser.GetAsync(HubUrls.Experiment(long.Parse(_experiment)));
        var absent = await _browser.GetAsync(HubUrls.Experiment(987654));

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (hidden.StatusCode, absent.StatusCode));
        Assert.Equal(Shown(await absent.Content.ReadAsStringAsync()), Shown(await hidden.Content.ReadAsStringAsync()));
    }

    private async Task<HttpResponseMessage> SignInAsync(string user, string password, string? returnUrl)
    {
        var page = HubUrls.SignIn(returnUrl);
        var form = await _browser.GetStringAsync(page);
        var token = Forgery().Match(form).Groups[1].Value;
        return await _browser.PostAsync(page, new FormUrlEncodedContent(
            [new("_handler", "sign-in"), new("__RequestVerificationToken", token), new("Input.UserName", user), new("Input.Password", password)]));
    }

    private static string Shown(string html) => html[html.IndexOf("<main", StringComparison.Ordinal)..html.IndexOf("</main>", StringComparison.Ordinal)];

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Forgery();

    [GeneratedRegex(@"<[a-z][^>]*\s(style|on[a-z]+)\s*=|<style|<script(?![^>]*\ssrc=)[^>]*>|href=""javascript", RegexOptions.IgnoreCase)]
    private static partial Regex Inline();
}
