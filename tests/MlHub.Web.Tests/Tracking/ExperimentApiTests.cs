namespace MlHub.Web.Tests.Tracking;

public sealed class ExperimentApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task Ids_count_up_from_1_and_0_is_the_default_experiment()
    {
        using var fresh = new TestHub();
        using var ada = await fresh.ProgramOfAsync("ada", isAdmin: true);

        var ids = new[] { await ada.GivenExperimentAsync("a"), await ada.GivenExperimentAsync("b"), await ada.GivenExperimentAsync("c") };
        var zero = await ada.GotAsync("/experiments/get?experiment_id=0");

        Assert.Equal(["1", "2", "3"], ids);
        Assert.Equal("Default", (string?)zero.Json["experiment"]!["name"]);
        Assert.Equal("mlflow-artifacts:/0", (string?)zero.Json["experiment"]!["artifact_location"]);
    }

    [Fact]
    public async Task An_experiment_has_MLflows_fields_and_no_others()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var made = await hub.Ann.PostedAsync("/experiments/create", new { name = "fields", tags = new[] { new { key = "team", value = "pricing" } } });
        var id = (string)made.Json["experiment_id"]!;

        var got = await hub.Ann.GotAsync($"/experiments/get?experiment_id={id}");

        var created = (long)got.Json["experiment"]!["creation_time"]!;
        Assert.InRange(created, before, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        Assert.Equal(
            JsonText.Sorted($$$"""
            {"experiment":{"experiment_id":"{{{id}}}","name":"fields","artifact_location":"mlflow-artifacts:/{{{id}}}","lifecycle_stage":"active",
            "creation_time":{{{created}}},"last_update_time":{{{created}}},"tags":[{"key":"team","value":"pricing"}]}}
            """),
            JsonText.Sorted(got.Json));
        Assert.Equal((200, $$"""{"experiment_id":"{{id}}"}"""), (made.Status, made.Text));
    }

    [Fact]
    public async Task An_experiment_without_tags_has_no_list_of_them()
    {
        var id = await hub.Ann.GivenExperimentAsync("no tags");

        var got = await hub.Ann.GotAsync($"/experiments/get?experiment_id={id}");

        Assert.False(got.Json["experiment"]!.AsObject().ContainsKey("tags"));
    }

    [Fact]
    public async Task An_experiment_is_found_by_its_exact_name()
    {
        var id = await hub.Ann.GivenExperimentAsync("by name +&ü");

        var found = await hub.Ann.GotAsync($"/experiments/get-by-name?experiment_name={Uri.EscapeDataString("by name +&ü")}");
        var other = await hub.Ann.GotAsync("/experiments/get-by-name?experiment_name=by+Name");

        Assert.Equal(id, (string?)found.Json["experiment"]!["experiment_id"]);
        Assert.Equal((404, "RESOURCE_DOES_NOT_EXIST", "Could not find experiment with name 'by Name'"), (other.Status, other.Code, other.Message));
    }

    [Fact]
    public async Task A_name_is_taken_until_its_experiment_is_deleted()
    {
        var first = await hub.Ann.GivenExperimentAsync("reused");
        var twice = await hub.Ann.PostedAsync("/experiments/create", new { name = "reused" });
        await hub.Ann.CallAsync("/experiments/delete", new { experiment_id = first });

        var second = await hub.Ann.GivenExperimentAsync("reused");
        var restored = await hub.Ann.PostedAsync("/experiments/restore", new { experiment_id = first });
        var byName = await hub.Ann.GotAsync("/experiments/get-by-name?experiment_name=reused");

        Assert.Equal((400, "RESOURCE_ALREADY_EXISTS", "Experiment(name=reused) already exists."), (twice.Status, twice.Code, twice.Message));
        Assert.NotEqual(first, second);
        Assert.Equal((400, "RESOURCE_ALREADY_EXISTS"), (restored.Status, restored.Code));
        Assert.Equal(second, (string?)byName.Json["experiment"]!["experiment_id"]);
    }

    [Fact]
    public async Task A_deleted_experiment_is_still_found_and_can_be_restored()
    {
        var id = await hub.Ann.GivenExperimentAsync("phoenix");

        var deleted = await hub.Ann.PostedAsync("/experiments/delete", new { experiment_id = id });
        var gone = await hub.Ann.GotAsync("/experiments/get-by-name?experiment_name=phoenix");
        var again = await hub.Ann.PostedAsync("/experiments/delete", new { experiment_id = id });
        var restored = await hub.Ann.PostedAsync("/experiments/restore", new { experiment_id = id });
        var restoredAgain = await hub.Ann.PostedAsync("/experiments/restore", new { experiment_id = id });
        var back = await hub.Ann.GotAsync($"/experiments/get?experiment_id={id}");

        Assert.Equal(("{}", "{}"), (deleted.Text, restored.Text));
        Assert.Equal("deleted", (string?)gone.Json["experiment"]!["lifecycle_stage"]);
        Assert.Equal((404, "RESOURCE_DOES_NOT_EXIST"), (again.Status, again.Code));
        Assert.Equal((404, "RESOURCE_DOES_NOT_EXIST"), (restoredAgain.Status, restoredAgain.Code));
        Assert.Equal("active", (string?)back.Json["experiment"]!["lifecycle_stage"]);
    }

    [Fact]
    public async Task A_new_name_is_kept_and_moves_the_time_of_the_last_update()
    {
        var id = await hub.Ann.GivenExperimentAsync("old name");
        var taken = await hub.Ann.GivenExperimentAsync("taken name");

        var renamed = await hub.Ann.PostedAsync("/experiments/update", new { experiment_id = id, new_name = "new name" });
        var clash = await hub.Ann.PostedAsync("/experiments/update", new { experiment_id = taken, new_name = "new name" });
        var got = (await hub.Ann.GotAsync($"/experiments/get?experiment_id={id}")).Json["experiment"]!;

        Assert.Equal("{}", renamed.Text);
        Assert.Equal((400, "RESOURCE_ALREADY_EXISTS"), (clash.Status, clash.Code));
        Assert.Equal("new name", (string?)got["name"]);
        Assert.True((long)got["last_update_time"]! >= (long)got["creation_time"]!);
    }

    [Fact]
    public async Task A_deleted_experiment_takes_no_runs_tags_or_names()
    {
        var id = await hub.Ann.GivenExperimentAsync("closed");
        await hub.Ann.CallAsync("/experiments/delete", new { experiment_id = id });

        var refusals = new[]
        {
            await hub.Ann.PostedAsync("/runs/create", new { experiment_id = id }),
            await hub.Ann.PostedAsync("/experiments/set-experiment-tag", new { experiment_id = id, key = "k", value = "v" }),
            await hub.Ann.PostedAsync("/experiments/update", new { experiment_id = id, new_name = "closed 2" }),
        };

        Assert.All(refusals, r => Assert.Equal(
            (400, "INVALID_PARAMETER_VALUE", $"The experiment {id} must be in the 'active' state. Current state is deleted."), (r.Status, r.Code, r.Message)));
    }

    [Theory]
    [InlineData("create", "{}", "name")]
    [InlineData("create", """{"name":""}""", "name")]
    [InlineData("create", """{"name":null}""", "name")]
    [InlineData("update", "{}", "experiment_id")]
    [InlineData("update", """{"experiment_id":"0"}""", "new_name")]
    [InlineData("delete", "{}", "experiment_id")]
    [InlineData("restore", "{}", "experiment_id")]
    [InlineData("set-experiment-tag", """{"experiment_id":"0"}""", "key")]
    [InlineData("set-experiment-tag", """{"experiment_id":"0","key":"k"}""", "value")]
    [InlineData("delete-experiment-tag", """{"experiment_id":"0"}""", "key")]
    public async Task A_missing_field_is_named_in_MLflows_words(string call, string body, string field)
    {
        var answer = await hub.Ann.PostedAsync($"/experiments/{call}", body);

        Assert.Equal(
            (400, "INVALID_PARAMETER_VALUE", $"Missing value for required parameter '{field}'. See the API docs for more information about request parameters."),
            (answer.Status, answer.Code, answer.Message));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("999999")]
    [InlineData("9223372036854775807")]
    public async Task An_unknown_experiment_does_not_exist(string id)
    {
        var got = await hub.Ann.GotAsync($"/experiments/get?experiment_id={id}");
        var deleted = await hub.Ann.PostedAsync("/experiments/delete", new { experiment_id = id });

        Assert.Equal((404, "RESOURCE_DOES_NOT_EXIST", $"No Experiment with id={id} exists"), (got.Status, got.Code, got.Message));
        Assert.Equal((404, "RESOURCE_DOES_NOT_EXIST"), (deleted.Status, deleted.Code));
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("1.0")]
    [InlineData("99999999999999999999999")]
    [InlineData("1;DROP TABLE runs")]
    public async Task An_id_that_is_no_number_is_refused(string id)
    {
        var answer = await hub.Ann.GotAsync($"/experiments/get?experiment_id={Uri.EscapeDataString(id)}");

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("   ")]
    [InlineData("two\nlines")]
    [InlineData("nul\0")]
    public async Task A_blank_name_or_one_with_control_characters_is_refused(string name)
    {
        var answer = await hub.Ann.PostedAsync("/experiments/create", new { name });

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }
}
