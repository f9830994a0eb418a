using Microsoft.Playwright;

namespace MlHub.E2E.Pages;

public sealed class SetUpForm(IPage page)
{
    public async Task CreateAsync(string link, string user, string password)
    {
        await page.GotoAsync(link);
        await page.GetByLabel("User name").FillAsync(user);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(password);
        await page.GetByLabel("Password again").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create administrator" }).ClickAsync();
        await page.WaitForURLAsync("**/experiments**");
    }
}
