using MlHub.Access;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>Who may have models served, and who may ask them.</summary>
public sealed class ServingApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Body = """{"inputs": {"a": [[3]], "b": [[4]]}}""";

    [Fact]
    public async Task A_model_is_asked_only_while_it_is_served()
    {
        var model = $"m-{Guid.NewGuid():N}";
        await hub.Ann.GivenOnnxVersionAsync(model, OnnxModels.Sum);
        var before = await hub.Ann.InvokeAsync(model, "1", Body);

        await hub.Ann.EnableServingAsync(model);
        var during = await hub.Ann.InvokeAsync(model, "1", Body);
        var process = (int)(await hub.Ann.ServedVersionAsync(model))["replicas"]![0]!["process_id"]!;
        await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/disable", new { name = model });
        var after = await hub.Ann.InvokeAsync(model, "1", Body);

        Assert.Equal([404, 200, 404], [before.Status, during.Status, after.Status]);
        Assert.Contains("Serving is not enabled", after.Message, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{process}"));
    }

    [Fact]
    public async Task An_archived_version_is_not_asked()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum);
        await hub.Ann.MoveAsync(model, "1", "Archived");

        var answer = await hub.Ann.InvokeAsync(model, "1", Body);

        Assert.Equal((404, true), (answer.Status, answer.Message!.Contains("archived", StringComparison.Ordinal)));
        Assert.Equal(404, (await hub.Ann.InvokeAsync(model, "Archived", Body)).Status);
    }

    [Fact]
    public async Task Only_the_models_managers_have_it_served()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum);
        var editor = await hub.GivenUserAsync($"e-{Guid.NewGuid():N}");
        var client = hub.Bearer(await hub.GivenTokenAsync(editor, Scopes.All & ~Scopes.Admin));
        await GrantAsync(model, editor, RegistryPermission.ManageProduction);

        var disable = await client.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/disable", new { name = model });

        Assert.Equal((403, "PERMISSION_DENIED"), (disable.Status, disable.Code));
        Assert.Equal(200, (await client.InvokeAsync(model, "1", Body)).Status);
    }

    [Fact]
    public async Task Whoever_may_not_read_the_model_does_not_know_of_it_and_a_grant_counts_at_once()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum);
        var name = $"s-{Guid.NewGuid():N}";
        var stranger = await hub.ProgramOfAsync(name);
        var (hidden, absent) = (await stranger.InvokeAsync(model, "1", Body), await stranger.InvokeAsync("no-such-model", "1", Body));

        await hub.Ann.CallAsync("/registered-models/permissions/create", new { name = model, username = name, permission = "READ" });
        var granted = await stranger.InvokeAsync(model, "1", Body);
        await hub.Ann.AskAsync(HttpMethod.Delete, "/api/2.0/mlflow/registered-models/permissions/delete", new { name = model, username = name });

        Assert.Equal((404, 404), (hidden.Status, absent.Status));
        Assert.Equal(absent.Message!.Replace("no-such-model", model, StringComparison.Ordinal), hidden.Message);
        Assert.Equal(200, granted.Status);
        Assert.Equal(404, (await stranger.InvokeAsync(model, "1", Body)).Status);
    }

    [Fact]
    public async Task A_token_needs_the_scope_and_with_it_alone_can_only_ask()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum);
        var asking = hub.Bearer(await hub.GivenTokenAsync(hub.AnnAsCaller, Scopes.ServingInvoke));
        var training = hub.Bearer(await hub.GivenTokenAsync(hub.AnnAsCaller, Scopes.Training));

        Assert.Equal((200, 403), ((await asking.InvokeAsync(model, "1", Body)).Status, (await training.InvokeAsync(model, "1", Body)).Status));
        Assert.Equal(403, (await asking.GotAsync($"/registered-models/get?name={model}")).Status);
        Assert.Equal(401, (await hub.CreateClient().InvokeAsync(model, "1", Body)).Status);
    }

    [Fact]
    public async Task The_tag_that_says_so_is_set_by_nobody_else()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum);

        var set = await hub.Ann.PostedAsync("/registered-models/set-tag", new { name = model, key = "mlhub.serving", value = "no" });
        var deleted = await hub.Ann.AskAsync(HttpMethod.Delete, "/api/2.0/mlflow/registered-models/delete-tag", new { name = model, key = "mlhub.serving" });
        var created = await hub.Ann.PostedAsync("/registered-models/create", new { name = $"m-{Guid.NewGuid():N}", tags = new[] { new { key = "mlhub.serving", value = "enabled" } } });

        Assert.Equal([400, 400, 400], [set.Status, deleted.Status, created.Status]);
        Assert.True((bool)(await hub.Ann.ServingAsync(model))["enabled"]!);
    }

    [Fact]
    public async Task A_flavour_that_is_not_served_says_why()
    {
        var model = $"m-{Guid.NewGuid():N}";
        await hub.Ann.GivenOnnxVersionAsync(model, [1, 2, 3], flavour: "mleap");
        await hub.Ann.EnableServingAsync(model);

        var answer = await hub.Ann.InvokeAsync(model, "1", Body);

        Assert.Equal((501, "NOT_IMPLEMENTED"), (answer.Status, answer.Code));
        Assert.Contains("Its flavour mleap is loaded by running Python code", answer.Message, StringComparison.Ordinal);
        Assert.Equal("UNSUPPORTED", (string?)(await hub.Ann.ServedVersionAsync(model))["state"]);
    }

    private async Task GrantAsync(string model, Caller user, RegistryPermission permission)
    {
        await using var db = hub.Open();
        await db.GivenGrantAsync(db.RegisteredModels.Single(m => m.Name == model), user, permission);
    }
}
