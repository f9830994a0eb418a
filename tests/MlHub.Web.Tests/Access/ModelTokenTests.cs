using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Testing.Serving;
using MlHub.Web.Tests.Api;

namespace MlHub.Web.Tests.Access;

/// <summary>A token that is restricted to models opens these and nothing else, whoever owns it.</summary>
public sealed class ModelTokenTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private static readonly string[] OfOneModel =
    [
        "GET /model-versions/get-artifact", "GET /model/{name}/{selector}/openapi.json", "GET /v2", "GET /v2/health/live", "GET /v2/health/ready", "GET /v2/models/{name}",
        "GET /v2/models/{name}/ready", "GET /v2/models/{name}/versions/{version}", "GET /v2/models/{name}/versions/{version}/ready", "GET mlflow-artifacts/artifacts",
        "GET mlflow-artifacts/artifacts/{**path}", "GET mlflow/model-versions/get", "GET mlflow/model-versions/get-download-uri", "GET mlflow/registered-models/alias",
        "GET mlflow/registered-models/get", "GET mlflow/registered-models/get-latest-versions", "GET mlhub/model-versions/download-links",
        "POST /model/{name}/{selector}/invocations", "POST /serving-endpoints/{name}/invocations", "POST /v2/models/{name}/infer", "POST /v2/models/{name}/versions/{version}/infer", "POST mlflow/registered-models/get-latest-versions",
    ];

    private AccessTokens Tokens => hub.Services.GetRequiredService<AccessTokens>();

    [Fact]
    public void Only_these_endpoints_let_such_a_token_in() => Assert.Equal(
        OfOneModel, WalkedEndpoint.All(hub).Where(e => e.Declared is { IsOfOneModel: true }).Select(e => $"{e.Method} {e.Call}").Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public async Task Whoever_comes_with_it_finds_nothing_else_by_any_call_with_any_scope()
    {
        var target = await CallTarget.GivenAsync(hub.Ann);
        var (mine, root) = (await GivenModelAsync(), await hub.GivenUserAsync($"root{Guid.NewGuid():N}", isAdmin: true));
        foreach (var owner in new[] { hub.AnnAsCaller, root })
        {
            // No such token can be made; what it may do must not rest on that alone.
            using var limited = hub.Bearer(await GivenAnyAsync(owner, Scopes.All, mine));
            foreach (var (endpoint, sample, url) in WalkedEndpoint.Calls(hub, target))
            {
                var answer = await limited.AskAsync(new(endpoint.Method), url, sample.Body);

                var isOfNothing = endpoint.Call is "/v2" or "/v2/health/live" or "/v2/health/ready";
                // The root of the store is everybody's own files, of which such a token has none.
                Assert.True(answer.Status == (isOfNothing ? 200 : endpoint.Declared!.IsOfOneModel ? 404 : 403), $"{endpoint.Method} {url} answered {answer.Status} {answer.Text}");
                Assert.DoesNotContain("secret", answer.Text, StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    [Fact]
    public async Task The_models_that_it_names_can_be_read_downloaded_and_asked()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        var other = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        await hub.Ann.InvokeAsync(other, "1", new { dataframe_records = new[] { new { a = 1, b = 2 } } });
        using var limited = hub.Bearer((await Tokens.CreateAsync(hub.AnnAsCaller, "edge", TokenLimit.Most, TimeSpan.FromDays(1), default, [model])).Text);

        Assert.Equal(200, (await limited.InvokeAsync(model, "1", new { dataframe_records = new[] { new { a = 1, b = 2 } } })).Status);
        Assert.Equal(404, (await limited.InvokeAsync(other, "1", new { dataframe_records = new[] { new { a = 1, b = 2 } } })).Status);
        foreach (var (name, status) in new[] { (model, 200), (other, 404), ("no-such-model", 404) })
        {
            Assert.Equal(status, (await limited.GotAsync($"/registered-models/get?name={name}")).Status);
            Assert.Equal(status, (await limited.GotAsync($"/model-versions/get?name={name}&version=1")).Status);
            Assert.Equal(status, (await limited.AskAsync(HttpMethod.Get, $"/model-versions/get-artifact?name={name}&version=1&path=MLmodel")).Status);
            Assert.Equal(status, (await limited.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/model-versions/download-links?name={name}&version=1")).Status);
        }

        // As MLflow's own client downloads models:/NAME/1.
        var uri = (string)(await limited.ReadAsync($"/model-versions/get-download-uri?name={model}&version=1"))["artifact_uri"]!;
        var path = uri[(uri.IndexOf("registered-models/", StringComparison.Ordinal))..];
        Assert.Equal(200, (await limited.AskAsync(HttpMethod.Get, $"/api/2.0/mlflow-artifacts/artifacts?path={path}")).Status);
        Assert.Equal(200, (await limited.AskAsync(HttpMethod.Get, $"/api/2.0/mlflow-artifacts/artifacts/{path}/model.onnx")).Status);
        var search = await limited.GotAsync("/registered-models/search");
        Assert.Equal((403, "Permission denied: the access token is restricted to some models, and this call is about more than one of them."), (search.Status, search.Message));
    }

    [Fact]
    public async Task It_stays_with_the_model_and_its_owner_keeps_no_more_than_they_have()
    {
        var model = await GivenModelAsync();
        var name = $"re{Guid.NewGuid():N}";
        var reader = await hub.GivenUserAsync(name);
        var id = (string)(await hub.Ann.ReadAsync($"/databricks/registered-models/get?name={model}"))["registered_model_databricks"]!["id"]!;
        await ShareAsync(new { user_name = name, permission_level = "CAN_READ" }, HttpMethod.Patch);
        using var limited = hub.Bearer((await Tokens.CreateAsync(reader, "edge", Scopes.RegistryRead, TimeSpan.FromDays(1), default, [model])).Text);
        var renamed = $"{model}-2";
        await hub.Ann.PostedAsync("/registered-models/rename", new { name = model, new_name = renamed });
        await hub.Ann.PostedAsync("/registered-models/create", new { name = model });

        var (before, taken) = ((await limited.GotAsync($"/registered-models/get?name={renamed}")).Status, (await limited.GotAsync($"/registered-models/get?name={model}")).Status);
        await ShareAsync(new { user_name = "ann", permission_level = "CAN_MANAGE" }, HttpMethod.Put);

        Assert.Equal((200, 404, 404), (before, taken, (await limited.GotAsync($"/registered-models/get?name={renamed}")).Status));

        Task<Answer> ShareAsync(object entry, HttpMethod method) => hub.Ann.AskAsync(method, $"/api/2.0/permissions/registered-models/{id}", new { access_control_list = new[] { entry } });
    }

    [Fact]
    public async Task An_administrators_token_reads_the_model_and_administers_nothing()
    {
        var model = await GivenModelAsync();
        var root = await hub.GivenUserAsync($"root{Guid.NewGuid():N}", isAdmin: true);
        using var limited = hub.Bearer((await Tokens.CreateAsync(root, "edge", TokenLimit.Most, TimeSpan.FromDays(1), default, [model])).Text);

        Assert.Equal((200, 403), ((await limited.GotAsync($"/model-versions/get?name={model}&version=1")).Status, (await limited.GotAsync("/users/list")).Status));
    }

    [Fact]
    public async Task It_is_made_for_models_that_one_may_read_with_scopes_to_read_and_ask()
    {
        var (mine, bobs) = (await GivenModelAsync(), $"bobs-{Guid.NewGuid():N}");
        await hub.Bob.CallAsync("/registered-models/create", new { name = bobs });

        await RefusedAsync(HubError.Invalid, Scopes.RegistryRead | Scopes.RegistryWrite, [mine]);
        await RefusedAsync(HubError.Invalid, Scopes.TrackingRead, [mine]);
        await RefusedAsync(HubError.NotFound, Scopes.RegistryRead, [mine, bobs]);
        await RefusedAsync(HubError.NotFound, Scopes.RegistryRead, ["no-such-model"]);
        await RefusedAsync(HubError.Invalid, Scopes.RegistryRead, [.. Enumerable.Range(0, Limits.ModelsPerToken + 1).Select(i => $"{i}")]);

        async Task RefusedAsync(HubError error, Scopes scopes, string[] models) =>
            Assert.Equal(error, (await Assert.ThrowsAsync<HubException>(() => Tokens.CreateAsync(hub.AnnAsCaller, "edge", scopes, TimeSpan.FromDays(1), default, models))).Error);
    }

    [Fact]
    public async Task A_service_accounts_token_is_restricted_by_the_call_that_makes_it()
    {
        var (model, account) = (await GivenModelAsync(), $"edge-{Guid.NewGuid():N}");
        await hub.Ada.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/service-accounts/create", new { name = account });

        var made = await hub.Ada.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/service-accounts/create-token", new { service_account = account, name = "n", scopes = new[] { "RegistryRead" }, models = new[] { model } });
        using var limited = hub.Bearer((string)made.Json["token"]!);
        var ungranted = (await limited.GotAsync($"/registered-models/get?name={model}")).Status;
        var id = (string)(await hub.Ann.ReadAsync($"/databricks/registered-models/get?name={model}"))["registered_model_databricks"]!["id"]!;
        await hub.Ann.AskAsync(HttpMethod.Patch, $"/api/2.0/permissions/registered-models/{id}", new { access_control_list = new[] { new { service_principal_name = account, permission_level = "CAN_READ" } } });

        Assert.Equal([model], made.Json["models"]!.AsArray().Select(m => (string)m!));
        Assert.Equal((404, 200), (ungranted, (await limited.GotAsync($"/registered-models/get?name={model}")).Status));
    }

    private async Task<string> GivenModelAsync()
    {
        var model = $"m-{Guid.NewGuid():N}";
        await hub.Ann.GivenOnnxVersionAsync(model, OnnxModels.Sum);
        return model;
    }

    private async Task<string> GivenAnyAsync(Caller owner, Scopes scopes, string model)
    {
        var made = await Tokens.CreateAsync(owner, "any", owner.IsAdmin ? scopes : scopes & ~Scopes.Admin, TimeSpan.FromDays(1), default);
        await using var db = hub.Open();
        var id = await db.RegisteredModels.Where(m => m.Name == model).Select(m => m.Id).SingleAsync();
        await db.AccessTokens.Where(t => t.Id == made.Token.Id).ExecuteUpdateAsync(s => s.SetProperty(t => t.ModelsJson, $"[{id}]"));
        return made.Text;
    }
}
