using Microsoft.Playwright;
using MlHub.Demo;
using MlHub.Demo.Boosting;
using MlHub.Demo.Bots;
using MlHub.Demo.Mlflow;

namespace MlHub.E2E;

/// <summary>
/// The hub, the bot and the chat as three processes that know each other by HTTP alone. Dana trains, Omar decides; version 1 is in Production, and
/// only what comes after it is told to the bot.
/// </summary>
public sealed class TheLoop : IAsyncLifetime
{
    private static readonly BoostingOptions Quick = new() { Iterations = 40, MaxDepth = 3, LearningRate = 0.1, MinLeafRows = 5 };

    private readonly string _data = Directory.CreateTempSubdirectory("mlhub-loop-").FullName;
    private readonly List<IPage> _pages = [];
    private HubProcess _hub = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public Uri Hub { get; private set; } = null!;
    public SampleProcess Gate { get; private set; } = null!;
    public SampleProcess Chat { get; private set; } = null!;
    public DemoOptions Options { get; } = new() { ShareWith = ["omar"] };

    /// <summary>What browsers complained of.</summary>
    public List<string> Complaints { get; } = [];

    public async ValueTask InitializeAsync()
    {
        _hub = HubProcess.Start(
            _data, new Dictionary<string, string> { ["MLHUB_ADMIN_PASSWORD"] = TestHub.Password },
            "MlHub:Webhooks:AllowedNetworks:0=127.0.0.0/8", "MlHub:Webhooks:AllowHttp=true");
        Hub = await _hub.ListeningAsync();
        await GivenPeopleAsync("dana", "omar");
        await TrainAsync(new("first", "The one that serves.", Quick, Release: new(Stages: "Production")));

        Chat = await SampleProcess.StartAsync("ChatReceiver");
        using var setUp = new BotSetUp(Hub, MlflowCredentials.Basic("admin", TestHub.Password));
        var receiver = SampleProcess.FreeAddress();
        var access = await setUp.AllowAsync(Options.ModelName, new(receiver, "webhook"), new(Chat.Address, "services/T0/B0/secret"), default);
        Gate = await SampleProcess.StartAsync("ModelGate", receiver.AbsoluteUri, ("Gate__Hub", Hub.AbsoluteUri), ("Gate__Token", access.Token), ("Gate__Secret", access.Secret));
        Assertions.SetDefaultExpectTimeout(20_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await TheStage.LaunchAsync(_playwright);
    }

    /// <summary>Dana logs another version.</summary>
    public Task TrainBetterAsync() => TrainAsync(new("better", "Twice the trees.", Quick with { Iterations = 80 }, Release: new()));

    /// <summary>Dana logs another version, trained on data without two columns.</summary>
    public Task TrainWithoutPlaceAsync() => TrainAsync(new TrainingPlan("poorer", "Without the place.", Quick with { Iterations = 80 }, Release: new())
    {
        Features = [.. HouseFeatures.Names.Where(name => name is not ("latitude" or "longitude"))],
    });

    /// <summary>Dana owns the model, and binds herself: somebody else has to agree.</summary>
    public async Task RequireSecondPersonAsync()
    {
        using var dana = new MlflowClient(Hub, MlflowCredentials.Basic("dana", TestHub.Password));
        await dana.RequireSecondPersonAsync(Options.ModelName, "Production", default);
    }

    /// <summary>An application that asks the version in Production, with a token of its own.</summary>
    public async Task<SampleProcess> StartSiteAsync()
    {
        using var setUp = new BotSetUp(Hub, MlflowCredentials.Basic("admin", TestHub.Password));
        var token = await setUp.AllowAskingAsync(Options.ModelName, default);
        return await SampleProcess.StartAsync("PriceSite", environment: [("Price__Hub", Hub.AbsoluteUri), ("Price__Token", token), ("Price__Model", Options.ModelName)]);
    }

    public async Task<IPage> SignInAsync(string user)
    {
        var page = await EnterAsync(Hub);
        await new Pages.SignIn(page).SignInAsync(user, TestHub.Password);
        return page;
    }

    /// <summary>A browser of somebody's own.</summary>
    public async Task<IPage> EnterAsync(Uri address)
    {
        var context = await _browser.NewContextAsync(new() { BaseURL = address.AbsoluteUri, ViewportSize = new() { Width = 1440, Height = 900 } });
        var page = await context.NewPageAsync();
        _pages.Add(page);
        page.Console += (_, message) => Note(message.Type is "error" or "warning", message.Text);
        page.PageError += (_, error) => Note(true, error);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (page, at) in _pages.Select((p, i) => (p, i)))
        {
            await TheStage.KeepPictureAsync(page, $"loop last {at}");
        }

        await (_browser?.DisposeAsync() ?? default);
        _playwright?.Dispose();
        Gate?.Dispose();
        Chat?.Dispose();
        _hub.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>What the three said, for whoever has to find out why a journey ended.</summary>
    public string Told => $"--- hub\n{_hub.Output}\n--- bot\n{Gate.Output}\n--- chat\n{Chat.Output}";

    private async Task GivenPeopleAsync(params string[] names)
    {
        using var admin = new HttpClient { BaseAddress = Hub };
        admin.DefaultRequestHeaders.Authorization = MlflowCredentials.Basic("admin", TestHub.Password);
        foreach (var name in names)
        {
            await admin.CallAsync("/users/create", new { username = name, password = TestHub.Password });
        }
    }

    private async Task TrainAsync(TrainingPlan plan)
    {
        var log = new StringWriter();
        var isFirst = plan.Release!.Stages.Length > 0;
        var options = Options with { Plans = [plan], Force = true, ShareWith = isFirst ? Options.ShareWith : [] };
        await DemoTraining.RunAsync(Hub, "dana", TestHub.Password, options, log, default);
        Assert.Contains("version", log.ToString(), StringComparison.Ordinal);
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
}
