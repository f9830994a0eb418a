using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;

namespace MlHub.Web.Tests.Deployments;

/// <summary>A hub on a port that may call this machine. Ann manages the models, Bob may do nothing, Ada administers.</summary>
public sealed class DeployHub : TestHub, IAsyncLifetime
{
    public const string Own = "/api/2.0/mlhub";

    public DeployHub()
        : base(("MlHub:Webhooks:AllowedNetworks", "127.0.0.0/8"), ("MlHub:Webhooks:AllowHttp", "true")) => UseKestrel(0);

    public Uri Address { get; private set; } = null!;
    public HttpClient Ann { get; private set; } = null!;
    public HttpClient Bob { get; private set; } = null!;
    public HttpClient Ada { get; private set; } = null!;
    public string AnnsToken { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        StartServer();
        Address = new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        AnnsToken = await GivenTokenAsync(await GivenUserAsync("ann"), Scopes.All & ~Scopes.Admin);
        Ann = Bearer(AnnsToken);
        Bob = await ProgramOfAsync("bob");
        Ada = await ProgramOfAsync("ada", isAdmin: true);
    }

    /// <summary>A target; its name.</summary>
    public async Task<string> GivenTargetAsync(string kind, string? url = null, string? key = null, object? more = null)
    {
        var name = $"t-{Guid.NewGuid():N}";
        JsonObject body = new() { ["name"] = name, ["kind"] = kind, ["url"] = url, ["key"] = key };
        foreach (var (field, value) in more is null ? [] : System.Text.Json.JsonSerializer.SerializeToNode(more)!.AsObject().ToList())
        {
            body[field] = value?.DeepClone();
        }

        var made = await Ada.AskAsync(HttpMethod.Post, $"{Own}/deployment-targets/create", body.ToJsonString());
        Assert.True(made.Status == 200, made.Text);
        return name;
    }

    /// <summary>A version with these files, of the model; its number.</summary>
    public async Task<string> GivenVersionAsync(string model, params (string Path, byte[] Bytes)[] files)
    {
        var experiment = await Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        var run = await Ann.GivenRunAsync(experiment);
        foreach (var (path, bytes) in files)
        {
            Assert.Equal(200, (await Ann.UploadAsync(experiment, run, $"model/{path}", bytes)).Status);
        }

        await Ann.PostedAsync("/registered-models/create", new { name = model });
        return (string)(await Ann.CallAsync("/model-versions/create", new { name = model, source = $"runs:/{run}/model", run_id = run }))["model_version"]!["version"]!;
    }

    public Task<Answer> DeployAsync(string model, string target, string version = "Production", HttpClient? who = null) =>
        (who ?? Ann).AskAsync(HttpMethod.Post, $"{Own}/deployments/create", new { name = model, target, version });

    /// <summary>The model's only deployment, once it is in the state.</summary>
    public async Task<JsonObject> BecomesAsync(string model, string state, string? version = null) => (await Eventually.GetAsync(
        async () => (await Ann.AskAsync(HttpMethod.Get, $"{Own}/deployments/list?name={model}")).Json["deployments"]!.AsArray().Single()!.AsObject(),
        d => (string)d["state"]! == state && (version is null || (string?)d["version"] == version)));
}
