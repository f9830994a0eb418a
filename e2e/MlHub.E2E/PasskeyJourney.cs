using Microsoft.Playwright;
using MlHub.E2E.Pages;
using static Microsoft.Playwright.Assertions;

namespace MlHub.E2E;

/// <summary>A passkey, made by a browser's own authenticator, opens the account without a password until it is removed.</summary>
public sealed class PasskeyJourney(TheStage stage) : IClassFixture<TheStage>
{
    [Fact]
    public async Task A_passkey_is_made_opens_the_account_and_is_removed()
    {
        await stage.Hub.GivenUserAsync("dana");
        var page = await stage.EnterAsync();
        await GiveAuthenticatorAsync(page);
        await page.GotoAsync(OnLocalhost("/sign-in"));
        await page.GetByLabel("User name").FillAsync("dana");
        await page.GetByLabel("Password").FillAsync(TestHub.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**/experiments**");

        await page.GotoAsync(OnLocalhost("/account"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Add passkey" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "New passkey" });
        await dialog.GetByLabel("Name").FillAsync("laptop");
        await dialog.GetByLabel("Your password").FillAsync(TestHub.Password);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await Expect(page.GetByText("The passkey is added.")).ToBeVisibleAsync();
        await Expect(page.Locator(".passkeys li", new() { HasText = "laptop" })).ToBeVisibleAsync();

        await SignInWithPasskeyAsync(page);
        await page.WaitForURLAsync("**/experiments**");

        await page.GotoAsync(OnLocalhost("/account"));
        await page.Locator(".passkeys li", new() { HasText = "laptop" }).Locator("summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove passkey" }).ClickAsync();
        await Expect(page.GetByText("The passkey is removed.")).ToBeVisibleAsync();
        await SignInWithPasskeyAsync(page);
        await Expect(page.GetByText("This passkey does not open an account here.")).ToBeVisibleAsync();
        Assert.Empty(stage.Complaints);
    }

    private async Task SignInWithPasskeyAsync(IPage page)
    {
        await page.CircuitStandsAsync();
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync(OnLocalhost("/sign-in"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
    }

    /// <summary>A passkey belongs to a host name; browsers make none for an IP address.</summary>
    private string OnLocalhost(string path) => $"http://localhost:{stage.Address.Port}{path}";

    private static async Task GiveAuthenticatorAsync(IPage page)
    {
        var browser = await page.Context.NewCDPSessionAsync(page);
        await browser.SendAsync("WebAuthn.enable");
        await browser.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }
}
