using MlHub.Access;
using MlHub.Registry;

namespace MlHub.Web.Tests.Reviews;

/// <summary>A hub with a model of Ann's in it, which Bob may move and Rita only read; Mallory has no right at all.</summary>
public sealed class ReviewHub : TestHub, IAsyncLifetime
{
    public HttpClient Ann { get; private set; } = null!;
    public HttpClient Bob { get; private set; } = null!;
    public HttpClient Rita { get; private set; } = null!;
    public HttpClient Mallory { get; private set; } = null!;
    public Caller AnnAsCaller { get; private set; } = null!;
    public Caller BobAsCaller { get; private set; } = null!;
    private Caller _rita = null!;

    public async ValueTask InitializeAsync()
    {
        (AnnAsCaller, Ann) = await GivenPersonAsync("ann");
        (BobAsCaller, Bob) = await GivenPersonAsync("bob");
        (_rita, Rita) = await GivenPersonAsync("rita");
        (_, Mallory) = await GivenPersonAsync("mallory");
    }

    /// <summary>A new model with version 1 in Production and version 2 in no stage yet.</summary>
    public async Task<string> GivenModelAsync()
    {
        await using var db = Open();
        var model = await db.GivenModelAsync($"m-{Guid.NewGuid():N}", AnnAsCaller);
        await db.GivenVersionAsync(model, Stage.Production, AnnAsCaller);
        await db.GivenVersionAsync(model, Stage.None, AnnAsCaller);
        await db.GivenGrantAsync(model, BobAsCaller, RegistryPermission.ManageProduction);
        await db.GivenGrantAsync(model, _rita, RegistryPermission.Read);
        return model.Name;
    }

    public Task<Answer> SetPolicyAsync(string model, object policy, string stage = "Production") =>
        Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/policies/set", new { name = model, stage, policy });

    public async Task<string> StageOfAsync(string model, int version = 2) =>
        (string)(await Ann.ReadAsync($"/model-versions/get?name={model}&version={version}"))["model_version"]!["current_stage"]!;

    private async Task<(Caller, HttpClient)> GivenPersonAsync(string name)
    {
        var caller = await GivenUserAsync(name);
        return (caller, Bearer(await GivenTokenAsync(caller, Scopes.All & ~Scopes.Admin)));
    }
}
