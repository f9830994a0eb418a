using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using MlHub.Web.Access;

namespace MlHub.E2E;

/// <summary>The application on a real port and one browser. Every person on the stage has a browser context of their own.</summary>
public sealed partial class TheStage : IAsyncLifetime
{
    private static readonly string Folder = Path.Combine(Repository.Root, "artifacts", "e2e");

    private readonly List<IPage> _pages = [];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Its webhooks may go to this machine.</summary>
    public TestHub Hub { get; } = new(("MlHub:Webhooks:AllowedNetworks", "127.0.0.0/8"), ("MlHub:Webhooks:AllowHttp", "true"));

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>What browsers complained of: script errors, failed requests, violations of the content security policy.</summary>
    public List<string> Complaints { get; } = [];

    public async ValueTask InitializeAsync()
    {
        Hub.UseKestrel(0);
        Hub.StartServer();
        Address = Hub.ClientOptions.BaseAddress;
        // Other tests keep the machine busy; what has to be fast says so itself.
        Assertions.SetDefaultExpectTimeout(20_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--disable-dev-shm-usage",
            ],
        });
    }

    /// <summary>The link that a hub without accounts prints.</summary>
    public async Task<string> SetUpLinkAsync() =>
        $"{Address}set-up?code={await Hub.Services.GetRequiredService<SetUp>().BeginOrNullAsync(default)}";

    public async Task<IPage> EnterAsync(int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = Address.ToString(),
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
        });
        var page = await context.NewPageAsync();
        _pages.Add(page);
        page.Console += (_, message) => Note(message.Type is "error" or "warning", message.Text);
        page.PageError += (_, error) => Note(true, error);
        return page;
    }

    public async Task<IPage> SignInAsync(string user, string password = TestHub.Password, int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        var page = await EnterAsync(width, height, scheme);
        await new Pages.SignIn(page).SignInAsync(user, password);
        return page;
    }

    /// <summary>The whole page as it stands, to be looked at afterwards.</summary>
    public static Task KeepPictureAsync(IPage page, string name) =>
        page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{NotInNames().Replace(name, "-")}.png"), FullPage = true });

    public async ValueTask DisposeAsync()
    {
        await KeepPicturesAsync();
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        await Hub.DisposeAsync();
    }

    /// <summary>What everybody saw last, for whoever has to find out why a journey ended.</summary>
    private async Task KeepPicturesAsync()
    {
        for (var i = 0; i < _pages.Count; i++)
        {
            await _pages[i].ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{Address.Port}-{i}.png") });
        }
    }

    private void Note(bool bad, string text)
    {
        if (bad)
        {
            lock (Complaints)
            {
                Complaints.Add(text);
            }
        }
    }

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInNames();
}
