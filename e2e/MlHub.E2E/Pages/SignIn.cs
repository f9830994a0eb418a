using Microsoft.Playwright;

namespace MlHub.E2E.Pages;

public sealed class SignIn(IPage page)
{
    public async Task SignInAsync(string user, string password)
    {
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("User name").FillAsync(user);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**/experiments**");
    }
}
