using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Web.Shell;

namespace MlHub.Web.Tests.Access;

/// <summary>A browser that was signed in is shut out soon after its account changed.</summary>
public sealed partial class EndedAccessTests
{
    public static TheoryData<string> Changes => ["disabled", "deleted", "password", "demoted"];

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_browser_is_shut_out_within_a_minute(string change)
    {
        var clock = new TestClock();
        using var hub = new TestHub { Replace = s => s.AddSingleton<TimeProvider>(clock) };
        await hub.GivenUserAsync("ada", isAdmin: true);
        await hub.GivenUserAsync("eve", isAdmin: true);
        using var browser = hub.CreateClient(new() { AllowAutoRedirect = false });
        var form = await browser.GetStringAsync(HubUrls.SignIn());
        await browser.PostAsync(HubUrls.SignIn(), new FormUrlEncodedContent(
            [new("_handler", "sign-in"), new("__RequestVerificationToken", Forgery().Match(form).Groups[1].Value), new("Input.UserName", "eve"), new("Input.Password", TestHub.Password)]));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(HubUrls.People())).StatusCode);

        var accounts = hub.Services.GetRequiredService<Accounts>();
        await (change switch
        {
            "disabled" => accounts.SetDisabledAsync(Caller.System, "eve", true, default),
            "deleted" => accounts.DeleteAsync(Caller.System, new(PrincipalKind.User, "eve"), default),
            "demoted" => accounts.SetAdminAsync(Caller.System, "eve", false, default),
            _ => SetPasswordAsync(hub),
        });
        clock.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync(HubUrls.People())).StatusCode);
    }

    private static async Task SetPasswordAsync(TestHub hub)
    {
        await using var scope = hub.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Web.Access.People>().SetPasswordAsync(Caller.System, "eve", "quite another password", default);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Forgery();
}
