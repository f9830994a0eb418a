using System.Text.Json.Nodes;
using MlHub.Access;
using MlHub.Testing.Webhooks;

namespace MlHub.Web.Tests.Webhooks;

/// <summary>A hub whose webhooks may go to this machine, and a receiver there. Ann makes the models, Bob may do nothing, Ada administers.</summary>
public sealed class WebhookHub() : TestHub(
    ("MlHub:Webhooks:AllowedNetworks", "127.0.0.0/8"), ("MlHub:Webhooks:AllowHttp", "true"), ("MlHub:PublicUrl", "https://hub.example.org"),
    ("MlHub:Webhooks:Jobs:runner:Kind", "MLproject"), ("MlHub:Webhooks:Jobs:runner:Url", "http://127.0.0.1:9/start"), ("MlHub:Webhooks:Jobs:runner:Token", "operators-token"),
    ("MlHub:Webhooks:Jobs:github:Kind", "GitHub")), IAsyncLifetime
{
    public const string Own = "/api/2.0/mlhub/webhooks", Databricks = "/api/2.0/mlflow/registry-webhooks", Mlflow = "/api/2.0/mlflow/webhooks";

    public HttpClient Ann { get; private set; } = null!;
    public HttpClient Bob { get; private set; } = null!;
    public HttpClient Ada { get; private set; } = null!;
    public Caller AnnAsCaller { get; private set; } = null!;
    public Caller AdaAsCaller { get; private set; } = null!;
    public WebhookReceiver Receiver { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Receiver = await WebhookReceiver.StartAsync();
        AnnAsCaller = await GivenUserAsync("ann");
        Ann = Bearer(await GivenTokenAsync(AnnAsCaller, Scopes.All & ~Scopes.Admin));
        Bob = await ProgramOfAsync("bob");
        AdaAsCaller = await GivenUserAsync("ada", isAdmin: true);
        Ada = Bearer(await GivenTokenAsync(AdaAsCaller, Scopes.All));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    /// <summary>A model of Ann's with one version.</summary>
    public async Task<string> GivenModelAsync()
    {
        var model = $"model-{Guid.NewGuid():N}";
        await Ann.CallAsync("/registered-models/create", new { name = model, tags = new[] { new { key = "team", value = "pricing" } } });
        await Ann.CallAsync("/model-versions/create", new { name = model, source = "s3://bucket/model" });
        return model;
    }

    /// <summary>The webhook as the call tells it, with its secret.</summary>
    public static async Task<JsonObject> MadeAsync(HttpClient who, object body)
    {
        var answer = await who.AskAsync(HttpMethod.Post, $"{Own}/create", body);
        return answer.Status == 200 ? answer.Json : throw new HttpRequestException(answer.Text);
    }

    /// <summary>What arrived under the path, as soon as there is as much of it.</summary>
    public Task<List<ReceivedDelivery>> ReceivedAsync(string path, int count = 1) =>
        Eventually.GetAsync(() => Task.FromResult(Receiver.Received.Where(r => r.Path == path).ToList()), found => found.Count >= count);
}
