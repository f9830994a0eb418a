using MlHub.Testing.Deployments;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Deployments;

/// <summary>Deploying to this hub and to servers of the Open Inference Protocol, and who may.</summary>
public sealed class DeploymentTests(DeployHub hub) : IClassFixture<DeployHub>
{
    private readonly string _model = $"m-{Guid.NewGuid():N}";

    [Fact]
    public async Task To_deploy_here_is_to_serve()
    {
        await hub.Ann.GivenOnnxVersionAsync(_model, OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        await hub.Ann.MoveAsync(_model, "1", "Production");
        var target = await hub.GivenTargetAsync("HUB");

        await hub.DeployAsync(_model, target);
        await hub.BecomesAsync(_model, "DEPLOYED", "1");
        var answer = await hub.Ann.InvokeAsync(_model, "Production", new { dataframe_records = new[] { new { a = 1, b = 2 } } });
        await hub.Ann.AskAsync(HttpMethod.Post, $"{DeployHub.Own}/deployments/remove", new { name = _model, target });
        await hub.BecomesAsync(_model, "REMOVED");

        Assert.Equal(200, answer.Status);
        Assert.False((bool)(await hub.Ann.ServingAsync(_model))["enabled"]!);
    }

    [Fact]
    public async Task A_server_with_a_repository_loads_and_unloads()
    {
        await using var server = await InferenceServer.StartAsync();
        await hub.Ann.GivenOnnxVersionAsync(_model, OnnxModels.Sum);
        var target = await hub.GivenTargetAsync("OPEN_INFERENCE", server.Url, more: new { send_files = true });

        await hub.DeployAsync(_model, target, "1");
        await hub.BecomesAsync(_model, "DEPLOYED", "1");
        var sent = server.Loaded[_model];
        await hub.Ann.AskAsync(HttpMethod.Post, $"{DeployHub.Own}/deployments/remove", new { name = _model, target });
        await hub.BecomesAsync(_model, "REMOVED");

        Assert.Equal(OnnxModels.Sum, sent);
        Assert.Empty(server.Loaded);
    }

    [Fact]
    public async Task Without_files_the_servers_own_repository_must_have_the_model()
    {
        await using var server = await InferenceServer.StartAsync();
        await hub.Ann.GivenOnnxVersionAsync(_model, OnnxModels.Sum);
        var target = await hub.GivenTargetAsync("OPEN_INFERENCE", server.Url);

        await hub.DeployAsync(_model, target, "1");
        var failed = await hub.BecomesAsync(_model, "FAILED");
        server.Repository.Add(_model);
        await hub.Ann.AskAsync(HttpMethod.Post, $"{DeployHub.Own}/deployments/retry", new { name = _model, target });
        var done = await hub.BecomesAsync(_model, "DEPLOYED", "1");

        Assert.Equal($"The server answered 400 to POST v2/repository/models/{_model}/load: failed to load '{_model}', failed to poll from model repository", (string)failed["reason"]!);
        Assert.Contains("its own repository", (string)done["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_ready_with_another_model_has_not_got_this_one()
    {
        await using var server = await InferenceServer.StartAsync();
        server.Describes = "another";
        await hub.Ann.GivenOnnxVersionAsync(_model, OnnxModels.Sum);

        await hub.DeployAsync(_model, await hub.GivenTargetAsync("OPEN_INFERENCE", server.Url, more: new { send_files = true }), "1");

        Assert.Equal("The server says that the model is ready, and describes another one.", (string)(await hub.BecomesAsync(_model, "FAILED"))["reason"]!);
    }

    [Fact]
    public async Task MlHubs_own_endpoint_has_no_repository_and_is_asked_what_it_has()
    {
        await hub.Ann.GivenOnnxVersionAsync(_model, OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        var target = await hub.GivenTargetAsync("OPEN_INFERENCE", hub.Address.AbsoluteUri, hub.AnnsToken);
        var check = await hub.Ada.AskAsync(HttpMethod.Post, $"{DeployHub.Own}/deployment-targets/check", new { name = target });

        await hub.DeployAsync(_model, target, "1");
        var failed = await hub.BecomesAsync(_model, "FAILED");
        await hub.Ann.EnableServingAsync(_model);
        await hub.Ann.AskAsync(HttpMethod.Post, $"{DeployHub.Own}/deployments/retry", new { name = _model, target });
        var done = await hub.BecomesAsync(_model, "DEPLOYED", "1");

        Assert.True((bool)check.Json["ok"]!);
        Assert.StartsWith($"The server cannot be told to load a model, and has none that is called {_model}: ", (string)failed["reason"]!, StringComparison.Ordinal);
        Assert.StartsWith("The server has no repository extension", (string)done["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_manages_the_model_deploys_it_and_nobody_else()
    {
        await hub.Ann.GivenOnnxVersionAsync(_model, OnnxModels.Sum);
        var target = await hub.GivenTargetAsync("HUB");
        var id = (string)(await hub.Ann.ReadAsync($"/databricks/registered-models/get?name={_model}"))["registered_model_databricks"]!["id"]!;
        var stranger = await hub.DeployAsync(_model, target, "1", hub.Bob);
        await hub.Ann.AskAsync(HttpMethod.Patch, $"/api/2.0/permissions/registered-models/{id}", new { access_control_list = new[] { new { user_name = "bob", permission_level = "CAN_MANAGE_PRODUCTION_VERSIONS" } } });

        var below = await hub.DeployAsync(_model, target, "1", hub.Bob);
        var unknown = await hub.DeployAsync(_model, "no such target", "1");
        var nowhere = await hub.DeployAsync(_model, target, "Production");

        Assert.Equal((404, 403, 404, 404), (stranger.Status, below.Status, unknown.Status, nowhere.Status));
        Assert.Equal(200, (await hub.Bob.AskAsync(HttpMethod.Get, $"{DeployHub.Own}/deployments/list?name={_model}")).Status);
    }

    [Fact]
    public async Task Rights_that_end_end_what_follows_by_itself()
    {
        await using var server = await TorchServe.StartAsync();
        var target = await hub.GivenTargetAsync("TORCH_SERVE", server.Url, TorchServe.Key);
        await hub.GivenVersionAsync(_model, ("m.mar", TorchServe.Archive("1.0", "first")));
        await hub.GivenVersionAsync(_model, ("m.mar", TorchServe.Archive("2.0", "second")));
        await hub.Ann.MoveAsync(_model, "1", "Production");
        var (name, id) = ($"mo{Guid.NewGuid():N}", (string)(await hub.Ann.ReadAsync($"/databricks/registered-models/get?name={_model}"))["registered_model_databricks"]!["id"]!);
        using var moe = await hub.ProgramOfAsync(name);
        await hub.Ann.AskAsync(HttpMethod.Patch, $"/api/2.0/permissions/registered-models/{id}", new { access_control_list = new[] { new { user_name = name, permission_level = "CAN_MANAGE" } } });
        await hub.DeployAsync(_model, target, who: moe);
        await hub.BecomesAsync(_model, "DEPLOYED", "1");

        await hub.Ann.AskAsync(HttpMethod.Put, $"/api/2.0/permissions/registered-models/{id}", new { access_control_list = new[] { new { user_name = "ann", permission_level = "CAN_MANAGE" } } });
        await hub.Ann.MoveAsync(_model, "2", "Production", archive: true);
        var failed = await hub.BecomesAsync(_model, "FAILED", "1");

        Assert.Equal($"'{name}', who asked for it, may no longer manage the model. Deploy it again.", (string)failed["reason"]!);
        Assert.Equal(["1.0 first 1 default"], server.Versions(_model));
        await hub.DeployAsync(_model, target);
        await hub.BecomesAsync(_model, "DEPLOYED", "2");
    }

    [Theory]
    [InlineData("TORCH_SERVE", "http://10.1.2.3:8081", null, "leads to an address that is not public")]
    [InlineData("TORCH_SERVE", "http://169.254.169.254", null, "leads to an address that is not public")]
    [InlineData("OPEN_INFERENCE", "ftp://127.0.0.1", null, "Invalid URL of a target scheme")]
    [InlineData("OPEN_INFERENCE", "http://me:secret@127.0.0.1", null, "must hold no credentials")]
    [InlineData("OPEN_INFERENCE", "http://127.0.0.1?a=b", null, "no query")]
    [InlineData("OPEN_INFERENCE", null, null, "Invalid URL of a target")]
    [InlineData("HUB", "http://127.0.0.1", null, "has no address")]
    [InlineData("HUB", null, "key", "has no address")]
    [InlineData("SAGEMAKER", null, null, "must be one of HUB, TORCH_SERVE, OPEN_INFERENCE")]
    [InlineData("TORCH_SERVE", "http://127.0.0.1", "two\nlines", "printable")]
    public async Task A_target_that_may_not_be_is_refused(string kind, string? url, string? key, string words)
    {
        var refused = await hub.Ada.AskAsync(HttpMethod.Post, $"{DeployHub.Own}/deployment-targets/create", new { name = "t", kind, url, key });

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (refused.Status, refused.Code));
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_sealed_and_never_told()
    {
        const string key = "a-key-that-nobody-reads";
        var target = await hub.GivenTargetAsync("TORCH_SERVE", "http://127.0.0.1:9", key);

        var list = await hub.Ada.AskAsync(HttpMethod.Get, $"{DeployHub.Own}/deployment-targets/list");
        var check = await hub.Ada.AskAsync(HttpMethod.Post, $"{DeployHub.Own}/deployment-targets/check", new { name = target });
        var twice = await hub.Ada.AskAsync(HttpMethod.Post, $"{DeployHub.Own}/deployment-targets/create", new { name = target, kind = "HUB" });

        Assert.Equal((false, "RESOURCE_ALREADY_EXISTS"), ((bool)check.Json["ok"]!, twice.Code));
        Assert.StartsWith("TorchServe did not answer GET models: No connection", (string)check.Json["problem"]!, StringComparison.Ordinal);
        Assert.DoesNotContain(key, list.Text + check.Text, StringComparison.Ordinal);
        await using var db = hub.Open();
        Assert.DoesNotContain(db.DeploymentTargets.Where(t => t.SealedKey != null).AsEnumerable(), t => System.Text.Encoding.UTF8.GetString(t.SealedKey!).Contains(key, StringComparison.Ordinal));
    }
}
