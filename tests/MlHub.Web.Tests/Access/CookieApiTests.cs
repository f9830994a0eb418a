using System.Net;
using System.Text.RegularExpressions;

namespace MlHub.Web.Tests.Access;

/// <summary>Signs in as a browser does, with the form of the sign-in page.</summary>
public sealed partial class CookieApiTests(PortHub hub) : IClassFixture<PortHub>
{
    [Fact]
    public async Task A_browsers_cookie_opens_pages_and_downloads_but_not_the_API()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.UploadAsync(experiment, run, "a.txt", "hello"u8.ToArray());
        using var browser = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false }) { BaseAddress = hub.Address };

        using var signedIn = await SignInAsync(browser, "ann", TestHub.Password, "/");
        using var page = await browser.GetAsync($"/experiments/{experiment}");
        using var file = await browser.GetAsync($"/get-artifact?run_id={run}&path=a.txt");
        var api = await browser.AskAsync(HttpMethod.Get, $"/api/2.0/mlflow/experiments/get?experiment_id={experiment}");
        var ajax = await browser.AskAsync(HttpMethod.Post, "/ajax-api/2.0/mlflow/runs/delete", new { run_id = run });

        Assert.Equal(HttpStatusCode.Found, signedIn.StatusCode);
        Assert.Equal((200, 200), ((int)page.StatusCode, (int)file.StatusCode));
        Assert.Equal((401, 401), (api.Status, ajax.Status));
    }

    [Fact]
    public async Task The_cookie_is_for_this_site_and_no_script()
    {
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = true }) { BaseAddress = hub.Address };

        using var answer = await SignInAsync(browser, "ann", TestHub.Password, "/");

        var cookie = answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("mlhub=", StringComparison.Ordinal)).ToLowerInvariant();
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("samesite=lax", cookie, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https:evil.example")]
    [InlineData("https://evil.example/")]
    public async Task A_sign_in_leads_to_no_other_site(string returnUrl)
    {
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = hub.Address };

        using var answer = await SignInAsync(browser, "ann", TestHub.Password, returnUrl);

        Assert.DoesNotContain("evil", answer.Headers.Location?.ToString() ?? "", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
    }

    [Fact]
    public async Task A_wrong_password_sets_no_cookie()
    {
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = true }) { BaseAddress = hub.Address };

        using var answer = await SignInAsync(browser, "ann", "not the password", "/");

        Assert.False(answer.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(c => c.StartsWith("mlhub=", StringComparison.Ordinal)));
        Assert.NotEqual(HttpStatusCode.Found, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> SignInAsync(HttpClient browser, string user, string password, string returnUrl)
    {
        var url = $"/sign-in?returnUrl={Uri.EscapeDataString(returnUrl)}";
        var form = await browser.GetStringAsync(url);
        var hidden = HiddenField().Matches(form).DistinctBy(m => m.Groups[1].Value).ToDictionary(m => m.Groups[1].Value, m => WebUtility.HtmlDecode(m.Groups[2].Value));
        hidden["Input.UserName"] = user;
        hidden["Input.Password"] = password;
        return await browser.PostAsync(url, new FormUrlEncodedContent(hidden));
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
    private static partial Regex HiddenField();
}
