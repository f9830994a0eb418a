using System.Net;
using System.Text.RegularExpressions;
using MlHub.Web.Account;
using MlHub.Web.Shell;

namespace MlHub.Web.Tests.Account;

/// <summary>A person in a browser without scripts, who fills in forms.</summary>
public sealed partial class Visitor(HttpClient browser) : IDisposable
{
    public const string TokenField = "__RequestVerificationToken";

    public Visitor(TestHub hub)
        : this(hub.CreateClient(new() { AllowAutoRedirect = false }))
    {
    }

    public HttpClient Browser => browser;

    public void Dispose() => browser.Dispose();

    public async Task<Visited> GetAsync(string page) => await Visited.OfAsync(page, await browser.GetAsync(page));

    public async Task<Visited> SubmitAsync(string page, string form, params (string Name, string Value)[] fields) =>
        await SubmitAsync(await GetAsync(page), form, fields);

    /// <summary>Sends a form of a page that is open, with its hidden fields.</summary>
    public async Task<Visited> SubmitAsync(Visited page, string form, params (string Name, string Value)[] fields)
    {
        var html = page.Html.Split("<form").Skip(1).Select(f => f.Split("</form>")[0]).Single(f => f.Contains($"name=\"_handler\" value=\"{form}\"", StringComparison.Ordinal));
        var hidden = HiddenField().Matches(html).Select(m => (Name: m.Groups[1].Value, Value: WebUtility.HtmlDecode(m.Groups[2].Value)));
        var all = hidden.Where(h => fields.All(f => f.Name != h.Name)).Concat(fields).Select(f => KeyValuePair.Create(f.Name, f.Value));
        return await Visited.OfAsync(page.Path, await browser.PostAsync(page.Path, new FormUrlEncodedContent(all)));
    }

    public Task<Visited> SignInAsync(string user, string password = TestHub.Password) =>
        SubmitAsync(HubUrls.SignIn(), "sign-in", ("Input.UserName", user), ("Input.Password", password));

    public async Task SignOutAsync()
    {
        var token = TokenIn(await GetAsync(HubUrls.Account));
        using var answer = await browser.PostAsync(HubUrls.SignOut, new FormUrlEncodedContent([new(TokenField, token)]));
    }

    public static string TokenIn(Visited page) => HiddenField().Matches(page.Html).First(m => m.Groups[1].Value == TokenField).Groups[2].Value;

    public Task<Visited> EnterCodeAsync(string code) => SubmitAsync(HubUrls.SecondStep(), "code", ("Code", code));

    /// <summary>Signs in and sets up the second factor; its key and the recovery codes.</summary>
    public async Task<(string Key, List<string> Recovery)> SetUpSecondFactorAsync(string user, TimeProvider clock)
    {
        await SignInAsync(user);
        return await SetUpSecondFactorAsync(clock);
    }

    /// <summary>The same for somebody signed in already.</summary>
    public async Task<(string Key, List<string> Recovery)> SetUpSecondFactorAsync(TimeProvider clock)
    {
        var offer = await SubmitAsync(HubUrls.SecondFactor, "change", ("Ask.Password", TestHub.Password), ("Ask.Action", "replace"));
        var key = Key().Match(offer.Html).Groups[1].Value;
        var done = await SubmitAsync(offer, "change", ("Ask.Action", "turn-on"), ("Ask.Code", CodeOf(key, clock)));
        return (key, [.. RecoveryCode().Matches(done.Html).Select(m => m.Groups[1].Value)]);
    }

    /// <summary>Stands at the present, since a browser forgets a cookie whose time is over.</summary>
    public static TestClock ClockOfToday()
    {
        var clock = new TestClock();
        clock.Advance(DateTimeOffset.UtcNow - clock.GetUtcNow());
        return clock;
    }

    public static string CodeOf(string key, TimeProvider clock, int later = 0) =>
        TimeCodes.CodeAt(key, (clock.GetUtcNow().ToUnixTimeSeconds() / 30) + later).ToString("D6");

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
    private static partial Regex HiddenField();

    [GeneratedRegex("data-copy=\"([A-Z2-7]{32})\"")]
    private static partial Regex Key();

    [GeneratedRegex("<li><code>([0-9A-Z]{5}-[0-9A-Z]{5})</code></li>")]
    private static partial Regex RecoveryCode();
}

/// <summary>What the browser got; <see cref="Location"/> without the host. <see cref="Session"/> is the sign-in's cookie, where it was set.</summary>
public sealed record Visited(string Path, int Status, string Html, string? Location, string? Session)
{
    public static async Task<Visited> OfAsync(string path, HttpResponseMessage answer)
    {
        using (answer)
        {
            var location = answer.Headers.Location?.OriginalString.Replace("http://localhost", "", StringComparison.Ordinal);
            var session = answer.Headers.TryGetValues("Set-Cookie", out var set) ? set.FirstOrDefault(c => c.StartsWith("mlhub=", StringComparison.Ordinal))?.Split(';')[0] : null;
            return new(path, (int)answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), location, session);
        }
    }
}
