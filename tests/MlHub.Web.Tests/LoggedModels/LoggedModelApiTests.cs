using System.Text.RegularExpressions;
using MlHub.Web.Tests.Registry;

namespace MlHub.Web.Tests.LoggedModels;

public sealed partial class LoggedModelApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task A_created_model_is_pending_and_has_what_was_said_of_it()
    {
        var (experiment, run) = await hub.GivenRunAsync();

        var created = await hub.Ann.PostedAsync("/logged-models", new
        {
            experiment_id = experiment,
            name = "ridge",
            model_type = "regressor",
            source_run_id = run,
            @params = new[] { new { key = "alpha", value = "0.5" } },
            tags = new[] { new { key = "team", value = "prices" } },
        });

        Assert.Equal(200, created.Status);
        var info = created.Json["model"]!["info"]!.AsObject();
        var id = (string)info["model_id"]!;
        Assert.Matches(ModelId(), id);
        Assert.Equal(info["creation_timestamp_ms"]!.ToJsonString(), info["last_updated_timestamp_ms"]!.ToJsonString());
        Assert.True(info.Remove("creation_timestamp_ms") && info.Remove("last_updated_timestamp_ms"));
        Assert.Equal(
            JsonText.Sorted($$$"""
            {"model_id":"{{{id}}}","experiment_id":"{{{experiment}}}","name":"ridge","artifact_uri":"mlflow-artifacts:/{{{experiment}}}/models/{{{id}}}/artifacts",
            "status":"LOGGED_MODEL_PENDING","model_type":"regressor","source_run_id":"{{{run}}}","tags":[{"key":"team","value":"prices"}]}
            """),
            JsonText.Sorted(info));
        Assert.Equal(JsonText.Sorted("""{"params":[{"key":"alpha","value":"0.5"}]}"""), JsonText.Sorted(created.Json["model"]!["data"]));
        Assert.Equal(id, (string)(await hub.Ann.LoggedModelAsync(id))["info"]!["model_id"]!);
    }

    [Fact]
    public async Task Without_a_name_one_is_made_up()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");

        var name = (string)(await hub.Ann.LoggedModelAsync(await hub.Ann.GivenLoggedModelAsync(experiment, "")))["info"]!["name"]!;

        Assert.Matches("^[a-z]+-[a-z]+-[0-9]+$", name);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a:b")]
    [InlineData("a.b")]
    [InlineData("a%b")]
    [InlineData("a\"b")]
    [InlineData("a'b")]
    [InlineData("a\nb")]
    public async Task A_name_that_could_be_a_path_is_refused(string name)
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");

        var answer = await hub.Ann.PostedAsync("/logged-models", new { experiment_id = experiment, name });

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
        Assert.StartsWith("Invalid model name", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_too_long_or_too_much_is_refused()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        var id = await hub.Ann.GivenLoggedModelAsync(experiment);

        Answer[] refused =
        [
            await hub.Ann.PostedAsync("/logged-models", new { experiment_id = experiment, name = new string('x', 501) }),
            await hub.Ann.PostedAsync("/logged-models", new { experiment_id = experiment, model_type = new string('x', 501) }),
            await hub.Ann.PostedAsync("/logged-models", new { experiment_id = experiment, source_run_id = new string('x', 65) }),
            await hub.Ann.PostedAsync($"/logged-models/{id}/params", new { @params = Pairs(1001, "v") }),
            await hub.Ann.PostedAsync($"/logged-models/{id}/params", new { @params = Pairs(1, new string('x', 6001)) }),
            await hub.Ann.PatchedAsync($"/logged-models/{id}/tags", new { tags = Pairs(1, new string('x', 8001)) }),
            await hub.Ann.PatchedAsync($"/logged-models/{id}/tags", new { tags = new[] { new { key = "../up", value = "v" } } }),
            await hub.Ann.PatchedAsync($"/logged-models/{id}/tags", """{"tags":[null]}"""),
            await hub.Ann.PostedAsync("/logged-models", new { name = "x" }),
        ];

        Assert.All(refused, a => Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (a.Status, a.Code)));
        Assert.Equal(200, (await hub.Ann.PostedAsync($"/logged-models/{id}/params", new { @params = Pairs(1000, "v") })).Status);

        static object[] Pairs(int count, string value) => [.. Enumerable.Range(0, count).Select(i => new { key = $"k{i}", value })];
    }

    [Theory]
    [InlineData("LOGGED_MODEL_READY", "LOGGED_MODEL_READY")]
    [InlineData("LOGGED_MODEL_UPLOAD_FAILED", "LOGGED_MODEL_UPLOAD_FAILED")]
    public async Task A_model_is_finalized_and_saying_it_again_changes_nothing(string status, string shown)
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        var id = await hub.Ann.GivenLoggedModelAsync(experiment);

        var first = await hub.Ann.PatchedAsync($"/logged-models/{id}", new { model_id = id, status });
        var again = await hub.Ann.PatchedAsync($"/logged-models/{id}", new { model_id = id, status });

        Assert.Equal((200, shown), (first.Status, (string?)first.Json["model"]!["info"]!["status"]));
        Assert.Equal(first.Text, again.Text);
        await using var db = hub.Open();
        Assert.Equal(1, db.Events.Count(e => e.Kind == MlHub.Events.EventKinds.LoggedModelFinalized && e.Subject == id));
    }

    [Theory]
    [InlineData("""{}""", "Missing value for required parameter 'status'")]
    [InlineData("""{"status":"LOGGED_MODEL_STATUS_UNSPECIFIED"}""", "Invalid value")]
    [InlineData("""{"status":"DONE"}""", "Invalid value")]
    public async Task A_state_that_is_none_is_refused(string body, string message)
    {
        var id = await hub.Ann.GivenLoggedModelAsync(await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}"));

        var answer = await hub.Ann.PatchedAsync($"/logged-models/{id}", body);

        Assert.Equal(400, answer.Status);
        Assert.StartsWith(message, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Params_are_added_but_never_changed()
    {
        var id = await hub.Ann.GivenLoggedModelAsync(await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}"), @params: [("a", "1")]);

        var added = await hub.Ann.PostedAsync($"/logged-models/{id}/params", new { @params = new[] { new { key = "a", value = "1" }, new { key = "b", value = "2" } } });
        var changed = await hub.Ann.PostedAsync($"/logged-models/{id}/params", new { @params = new[] { new { key = "c", value = "3" }, new { key = "a", value = "9" } } });

        Assert.Equal((200, "{}"), (added.Status, added.Text));
        Assert.Equal(400, changed.Status);
        Assert.StartsWith("Changing param values is not allowed.", changed.Message, StringComparison.Ordinal);
        Assert.Equal(
            JsonText.Sorted("""[{"key":"a","value":"1"},{"key":"b","value":"2"}]"""), JsonText.Sorted((await hub.Ann.LoggedModelAsync(id))["data"]!["params"]));
    }

    [Fact]
    public async Task Tags_are_set_replaced_and_deleted()
    {
        var id = await hub.Ann.GivenLoggedModelAsync(await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}"), tags: [("a", "1"), ("b/c", "2")]);

        var set = await hub.Ann.PatchedAsync($"/logged-models/{id}/tags", new { model_id = id, tags = new[] { new { key = "a", value = "9" }, new { key = "d", value = "4" } } });
        var gone = await hub.Ann.AskAsync(HttpMethod.Delete, $"/api/2.0/mlflow/logged-models/{id}/tags/b/c", new { model_id = id, tag_key = "b/c" });
        var again = await hub.Ann.AskAsync(HttpMethod.Delete, $"/api/2.0/mlflow/logged-models/{id}/tags/b%2Fc");

        Assert.Equal(
            JsonText.Sorted("""[{"key":"a","value":"9"},{"key":"b/c","value":"2"},{"key":"d","value":"4"}]"""), JsonText.Sorted(set.Json["model"]!["info"]!["tags"]));
        Assert.Equal((200, "{}"), (gone.Status, gone.Text));
        Assert.Equal((404, "RESOURCE_DOES_NOT_EXIST", $"No tag with key 'b/c' found for model with ID '{id}'."), (again.Status, again.Code, again.Message));
        Assert.Equal(
            JsonText.Sorted("""[{"key":"a","value":"9"},{"key":"d","value":"4"}]"""), JsonText.Sorted((await hub.Ann.LoggedModelAsync(id))["info"]!["tags"]));
    }

    [Fact]
    public async Task A_deleted_model_is_gone_for_every_call()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        var id = await hub.Ann.GivenLoggedModelAsync(experiment, "gone");
        await hub.Ann.UploadOfModelAsync(experiment, id, "MLmodel", [1]);

        var deleted = await hub.Ann.DeletedAsync($"/logged-models/{id}", new { model_id = id });

        Assert.Equal((200, "{}"), (deleted.Status, deleted.Text));
        Answer[] after =
        [
            await hub.Ann.GotAsync($"/logged-models/{id}"),
            await hub.Ann.DeletedAsync($"/logged-models/{id}", new { model_id = id }),
            await hub.Ann.PatchedAsync($"/logged-models/{id}", new { status = "LOGGED_MODEL_READY" }),
            await hub.Ann.PatchedAsync($"/logged-models/{id}/tags", new { tags = new[] { new { key = "a", value = "1" } } }),
            await hub.Ann.GotAsync($"/logged-models/{id}/artifacts/directories"),
            await hub.Ann.UploadOfModelAsync(experiment, id, "MLmodel", [2]),
        ];
        Assert.All(after, a => Assert.Equal((404, "RESOURCE_DOES_NOT_EXIST", $"Logged model with ID '{id}' not found."), (a.Status, a.Code, a.Message)));
        Assert.Empty(await hub.Ann.FoundModelsAsync(new { experiment_ids = new[] { experiment } }));
    }

    [Fact]
    public async Task Nothing_is_logged_to_a_deleted_experiment()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        await hub.Ann.CallAsync("/experiments/delete", new { experiment_id = experiment });

        var answer = await hub.Ann.PostedAsync("/logged-models", new { experiment_id = experiment, name = "late" });

        Assert.Equal(400, answer.Status);
        Assert.Contains("must be in the 'active' state", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_may_only_read_the_experiment_reads_its_models_and_changes_none()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        var id = await hub.Ann.GivenLoggedModelAsync(experiment, "shared", tags: [("k", "v")]);
        await hub.Ann.CallAsync("/experiments/permissions/create", new { experiment_id = experiment, username = "bob", permission = "READ" });

        Answer[] denied =
        [
            await hub.Bob.PostedAsync("/logged-models", new { experiment_id = experiment, name = "mine" }),
            await hub.Bob.PatchedAsync($"/logged-models/{id}", new { status = "LOGGED_MODEL_READY" }),
            await hub.Bob.PatchedAsync($"/logged-models/{id}/tags", new { tags = new[] { new { key = "k", value = "bob's" } } }),
            await hub.Bob.AskAsync(HttpMethod.Delete, $"/api/2.0/mlflow/logged-models/{id}/tags/k"),
            await hub.Bob.PostedAsync($"/logged-models/{id}/params", new { @params = new[] { new { key = "k", value = "v" } } }),
            await hub.Bob.DeletedAsync($"/logged-models/{id}", new { }),
            await hub.Bob.UploadOfModelAsync(experiment, id, "MLmodel", [1]),
        ];

        Assert.All(denied, a => Assert.Equal((403, "PERMISSION_DENIED"), (a.Status, a.Code)));
        Assert.Equal("shared", (string)(await hub.Bob.LoggedModelAsync(id))["info"]!["name"]!);
        Assert.Equal(["shared"], await hub.Bob.FoundModelsAsync(new { experiment_ids = new[] { experiment } }));
    }

    [Fact]
    public async Task Each_change_is_an_event_of_the_experiment()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        var id = await hub.Ann.GivenLoggedModelAsync(experiment, "told");
        await hub.Ann.PatchedAsync($"/logged-models/{id}", new { status = "LOGGED_MODEL_READY" });
        await hub.Ann.PatchedAsync($"/logged-models/{id}/tags", new { tags = new[] { new { key = "k", value = "v" } } });
        await hub.Ann.PatchedAsync($"/logged-models/{id}/tags", new { tags = new[] { new { key = "k", value = "v" } } });
        await hub.Ann.AskAsync(HttpMethod.Delete, $"/api/2.0/mlflow/logged-models/{id}/tags/k");
        await hub.Ann.PostedAsync($"/logged-models/{id}/params", new { @params = new[] { new { key = "k", value = "v" } } });
        await hub.Ann.DeletedAsync($"/logged-models/{id}", new { });

        await using var db = hub.Open();
        var events = db.Events.Where(e => e.Subject == id).OrderBy(e => e.Id).Select(e => new { e.Kind, e.Actor, e.ExperimentId }).ToList();
        Assert.Equal(
            ["logged_model.created", "logged_model.finalized", "logged_model.tags_set", "logged_model.tag_deleted", "logged_model.params_logged", "logged_model.deleted"],
            events.Select(e => e.Kind));
        Assert.All(events, e => Assert.Equal(("ann", experiment), (e.Actor, e.ExperimentId.ToString())));
    }

    [GeneratedRegex("^m-[0-9a-f]{32}$")]
    private static partial Regex ModelId();
}
