using System.Net;
using System.Text.RegularExpressions;

namespace MlHub.Bench;

/// <summary>A browser's session without the browser.</summary>
internal static partial class PageSession
{
    /// <summary>The cookies of a sign-in of whoever the loads call as.</summary>
    public static async Task<string> SignInAsync(HubProcess hub)
    {
        var cookies = new CookieContainer();
        using var browser = new HttpClient(new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = new($"http://127.0.0.1:{hub.Port}") };
        var page = await browser.GetStringAsync("/sign-in");
        var fields = Hidden().Matches(page.Split("</form>")[0]).Select(m => KeyValuePair.Create(m.Groups[1].Value, WebUtility.HtmlDecode(m.Groups[2].Value)))
            .Append(new("Input.UserName", RawConnection.User)).Append(new("Input.Password", HubProcess.Password));
        using var answer = await browser.PostAsync("/sign-in", new FormUrlEncodedContent(fields));
        return answer.StatusCode == HttpStatusCode.Redirect
            ? string.Join("; ", cookies.GetCookies(browser.BaseAddress).Select(c => $"{c.Name}={c.Value}"))
            : throw new InvalidOperationException($"The sign-in answered {answer.StatusCode}.");
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();
}
