using MlHub.Access;

namespace MlHub.Web.Tests.Reviews;

/// <summary>Ways around an approval that a policy asks for; none leads into Production.</summary>
public sealed class ApprovalBypassTests(ReviewHub hub) : IClassFixture<ReviewHub>
{
    [Fact]
    public async Task One_cannot_approve_what_one_asked_for()
    {
        var model = await GivenGuardedModelAsync();
        var move = new { name = model, version = "2", stage = "Production" };
        await hub.Bob.CallAsync("/transition-requests/create", move);

        var answer = await hub.Bob.PostedAsync("/transition-requests/approve", move);

        await AssertRefusedAsync(answer, model);
        Assert.Contains("four_eyes", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_author_cannot_approve_their_own_version()
    {
        var model = await GivenGuardedModelAsync();
        await hub.Rita.CallAsync("/transition-requests/create", new { name = model, version = "2", stage = "Production" });

        await AssertRefusedAsync(await hub.Ann.PostedAsync("/transition-requests/approve", new { name = model, version = "2", stage = "Production" }), model);
    }

    [Theory]
    [InlineData("/model-versions/transition-stage")]
    [InlineData("/databricks/model-versions/transition-stage")]
    public async Task A_direct_move_is_no_way_around(string route)
    {
        var model = await GivenGuardedModelAsync();

        await AssertRefusedAsync(await hub.Bob.PostedAsync(route, new { name = model, version = "2", stage = "Production" }), model);
        await AssertRefusedAsync(await hub.Ann.PostedAsync(route, new { name = model, version = "2", stage = "production", comment = "mine" }), model);
    }

    [Fact]
    public async Task Fields_that_a_call_does_not_have_change_nothing()
    {
        var model = await GivenGuardedModelAsync();

        await hub.Bob.AskAsync(HttpMethod.Patch, "/api/2.0/mlflow/model-versions/update", new { name = model, version = "2", description = "x", current_stage = "Production", stage = "Production" });
        await hub.Bob.CallAsync("/model-versions/set-tag", new { name = model, version = "2", key = "stage", value = "Production" });
        await hub.Bob.PostedAsync("/model-versions/create", new { name = model, source = "s3://bucket/model", current_stage = "Production", stage = "Production" });

        Assert.Equal(("None", "None"), (await hub.StageOfAsync(model), await hub.StageOfAsync(model, 3)));
    }

    [Fact]
    public async Task An_alias_of_a_guarded_model_needs_the_right_on_Production()
    {
        var model = await GivenGuardedModelAsync();
        var (_, editor) = await GivenEditorAsync(model);

        var answer = await editor.PostedAsync("/registered-models/alias", new { name = model, version = "2", alias = "champion" });

        Assert.Equal((403, "PERMISSION_DENIED"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_version_that_changed_since_it_was_asked_for_is_not_approved()
    {
        var model = await hub.GivenModelAsync();
        await hub.Rita.CallAsync("/transition-requests/create", new { name = model, version = "2", stage = "Production" });
        await using (var db = hub.Open())
        {
            var id = db.RegisteredModels.Single(m => m.Name == model).Id;
            db.ModelVersions.Single(v => v.ModelId == id && v.Number == 2).Digest = new string('a', 64);
            await db.SaveChangesAsync();
        }

        var answer = await hub.Bob.PostedAsync("/transition-requests/approve", new { name = model, version = "2", stage = "Production" });

        Assert.Equal((409, "RESOURCE_CONFLICT"), (answer.Status, answer.Code));
        Assert.Equal("None", await hub.StageOfAsync(model));
    }

    [Fact]
    public async Task Only_a_manager_lifts_a_policy_and_a_manager_only_with_a_reason()
    {
        var model = await GivenGuardedModelAsync();
        var move = new { name = model, version = "2", stage = "Production", override_reason = "urgent" };

        await AssertRefusedAsync(await hub.Bob.PostedAsync("/model-versions/transition-stage", move), model);
        await AssertRefusedAsync(await hub.Ann.PostedAsync("/model-versions/transition-stage", move with { override_reason = " " }), model);
        Assert.Equal(403, (await hub.Bob.AskAsync(HttpMethod.Delete, $"/api/2.0/mlhub/policies/delete?name={model}&stage=Production")).Status);
    }

    [Fact]
    public async Task A_token_without_the_scope_to_approve_moves_and_decides_nothing()
    {
        var model = await hub.GivenModelAsync();
        using var training = hub.Bearer(await hub.GivenTokenAsync(hub.BobAsCaller, Scopes.Training));
        await hub.Rita.CallAsync("/transition-requests/create", new { name = model, version = "2", stage = "Production" });

        await AssertRefusedAsync(await training.PostedAsync("/transition-requests/approve", new { name = model, version = "2", stage = "Production" }), model);
        await AssertRefusedAsync(await training.PostedAsync("/model-versions/transition-stage", new { name = model, version = "2", stage = "Staging" }), model);
    }

    [Fact]
    public async Task Who_may_not_read_hears_of_neither_request_nor_comment()
    {
        var model = await hub.GivenModelAsync();
        var comment = (string)(await hub.Rita.CallAsync("/comments/create", new { name = model, version = "2", comment = "hm" }))["comment"]!["id"]!;
        await hub.Rita.CallAsync("/transition-requests/create", new { name = model, version = "2", stage = "Production" });

        var approve = await hub.Mallory.PostedAsync("/transition-requests/approve", new { name = model, version = "2", stage = "Production" });
        var known = await hub.Mallory.AskAsync(HttpMethod.Delete, $"/api/2.0/mlflow/comments/delete?id={comment}");
        var unknown = await hub.Mallory.AskAsync(HttpMethod.Delete, $"/api/2.0/mlflow/comments/delete?id={new string('0', 32)}");

        Assert.Equal((404, $"Registered Model with name={model} not found"), (approve.Status, approve.Message));
        Assert.Equal((404, unknown.Text), (known.Status, known.Text.Replace(comment, new string('0', 32), StringComparison.Ordinal)));
    }

    private async Task<string> GivenGuardedModelAsync()
    {
        var model = await hub.GivenModelAsync();
        Assert.Equal(200, (await hub.SetPolicyAsync(model, new { approvals = 1, four_eyes = true })).Status);
        return model;
    }

    private async Task<(Caller, HttpClient)> GivenEditorAsync(string model)
    {
        var editor = await hub.GivenUserAsync($"e{Guid.NewGuid():N}");
        await using var db = hub.Open();
        await db.GivenGrantAsync(db.RegisteredModels.Single(m => m.Name == model), editor, RegistryPermission.Edit);
        return (editor, hub.Bearer(await hub.GivenTokenAsync(editor, Scopes.All & ~Scopes.Admin)));
    }

    private async Task AssertRefusedAsync(Answer answer, string model)
    {
        Assert.Equal((403, "PERMISSION_DENIED"), (answer.Status, answer.Code));
        Assert.Equal("None", await hub.StageOfAsync(model));
    }
}
