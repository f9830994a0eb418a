using System.Net.WebSockets;
using MlHub.E2E.Pages;
using static Microsoft.Playwright.Assertions;

namespace MlHub.E2E;

/// <summary>Attack 78, as the person sees it who opened one page too many.</summary>
public sealed class ManyPagesJourney(TheStage stage) : IClassFixture<TheStage>
{
    [Fact]
    public async Task One_page_too_many_shows_what_there_is_and_says_that_it_does_not_follow()
    {
        await stage.Hub.GivenUserAsync("dana");
        using var program = stage.Hub.Basic("dana", TestHub.Password);
        await program.GivenExperimentAsync("prices");
        var page = await stage.SignInAsync("dana");
        await page.CircuitStandsAsync();
        var cookie = string.Join("; ", (await page.Context.CookiesAsync()).Select(c => $"{c.Name}={c.Value}"));
        var others = await Task.WhenAll(Enumerable.Range(1, Limits.OpenPagesPerUser - 1).Select(_ => OpenAsync(cookie)));

        var another = await page.Context.NewPageAsync();
        await another.GotoAsync("/experiments");

        await Expect(another.GetByText("You have very many pages open.")).ToBeVisibleAsync();
        await Expect(another.GetByText("Something went wrong")).ToBeHiddenAsync();
        await Expect(another.GetByText("prices")).ToBeVisibleAsync();
        await Expect(page.GetByText("You have very many pages open.")).ToBeHiddenAsync();

        Array.ForEach(others, o => o.Dispose());
        await another.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Reload" }).ClickAsync();
        await another.CircuitStandsAsync();
        await Expect(another.GetByText("You have very many pages open.")).ToBeHiddenAsync();
    }

    private async Task<ClientWebSocket> OpenAsync(string cookie)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", cookie);
        await socket.ConnectAsync(new UriBuilder(stage.Address) { Scheme = "ws", Path = "/_blazor" }.Uri, default);
        await socket.SendAsync("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"u8.ToArray(), WebSocketMessageType.Text, true, default);
        return socket;
    }
}
