using System.Text.Json.Nodes;

namespace MlHub.Web.Tests.Registry;

public sealed class ModelApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task A_model_has_MLflows_fields_and_no_others()
    {
        var made = await hub.Ann.PostedAsync("/registered-models/create", new { name = "fields", description = "**bold**", tags = new[] { new { key = "team", value = "pricing" } } });
        var version = await hub.Ann.GivenVersionAsync("fields");
        await hub.Ann.CallAsync("/registered-models/alias", new { name = "fields", alias = "champion", version = "1" });

        var got = await hub.Ann.GotAsync("/registered-models/get?name=fields");

        var model = got.Json["registered_model"]!;
        Assert.Equal(200, made.Status);
        Assert.Equal(
            JsonText.Sorted($$$"""
            {"registered_model":{"name":"fields","creation_timestamp":{{{(long)model["creation_timestamp"]!}}},"last_updated_timestamp":{{{(long)version["creation_timestamp"]!}}},
            "user_id":"ann","description":"**bold**","tags":[{"key":"team","value":"pricing"}],"aliases":[{"alias":"champion","version":"1"}],
            "latest_versions":[{{{model["latest_versions"]![0]!.ToJsonString()}}}]}}
            """),
            JsonText.Sorted(got.Json));
        Assert.Equal("1", (string?)model["latest_versions"]![0]!["version"]);
    }

    [Fact]
    public async Task A_model_without_anything_leaves_its_lists_out()
    {
        var name = await hub.Ann.GivenModelAsync();

        var model = (await hub.Ann.GotAsync($"/registered-models/get?name={name}")).Json["registered_model"]!.AsObject();

        Assert.Equal(["creation_timestamp", "last_updated_timestamp", "name", "user_id"], model.Select(p => p.Key).Order());
    }

    [Fact]
    public async Task Databricks_call_tells_the_public_id_and_the_callers_permission()
    {
        var name = await hub.Ann.GivenModelAsync();

        var model = (await hub.Ann.GotAsync($"/databricks/registered-models/get?name={name}")).Json["registered_model_databricks"]!;

        Assert.Equal((name, "ann", "CAN_MANAGE"), ((string)model["name"]!, (string)model["user_id"]!, (string)model["permission_level"]!));
        Assert.Equal(32, ((string)model["id"]!).Length);
    }

    [Theory]
    [InlineData("Twin", "twin")]
    [InlineData("größe", "GRÖSSE x")]
    [InlineData("same", "same")]
    public async Task A_name_is_taken_whatever_its_case(string first, string second)
    {
        await hub.Ann.GivenModelAsync(first);

        var answer = await hub.Ann.PostedAsync("/registered-models/create", new { name = second });

        var differs = second.EndsWith(" x", StringComparison.Ordinal);
        Assert.Equal(differs ? 200 : 400, answer.Status);
        Assert.Equal(differs ? null : "RESOURCE_ALREADY_EXISTS", answer.Code);
        Assert.Equal(differs ? null : $"Registered Model (name={second}) already exists.", answer.Message);
    }

    [Theory]
    [InlineData("a%2Fb")]
    [InlineData("a%20b")]
    [InlineData("a/b")]
    [InlineData("a:b")]
    [InlineData("a\\b")]
    [InlineData("../../x")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("dot.")]
    [InlineData("space ")]
    [InlineData(" space")]
    [InlineData("   ")]
    [InlineData("two\nlines")]
    [InlineData("nul\0")]
    [InlineData("e\u0301")]
    [InlineData("zero\u200Bwidth")]
    public async Task A_name_that_could_be_read_in_two_ways_is_refused(string name)
    {
        var created = await hub.Ann.PostedAsync("/registered-models/create", new { name });
        var renamed = await hub.Ann.PostedAsync("/registered-models/rename", new { name = await hub.Ann.GivenModelAsync(), new_name = name });

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (created.Status, created.Code));
        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (renamed.Status, renamed.Code));
        Assert.Contains("'name'", created.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_may_have_256_characters_and_no_more()
    {
        var longest = await hub.Ann.PostedAsync("/registered-models/create", new { name = new string('n', 256) });
        var longer = await hub.Ann.PostedAsync("/registered-models/create", new { name = new string('n', 257) });

        Assert.Equal((200, 400), (longest.Status, longer.Status));
    }

    [Fact]
    public async Task Renaming_keeps_everything_but_the_old_name()
    {
        var name = await hub.Ann.GivenModelAsync();
        await hub.Ann.GivenVersionAsync(name);

        var renamed = await hub.Ann.PostedAsync("/registered-models/rename", new { name, new_name = name.ToUpperInvariant() });
        var old = await hub.Ann.GotAsync($"/registered-models/get?name={name}");
        var version = await hub.Ann.GotAsync($"/model-versions/get?name={name.ToUpperInvariant()}&version=1");

        Assert.Equal(name.ToUpperInvariant(), (string?)renamed.Json["registered_model"]!["name"]);
        Assert.Equal((404, "RESOURCE_DOES_NOT_EXIST", $"Registered Model with name={name} not found"), (old.Status, old.Code, old.Message));
        Assert.Equal(name.ToUpperInvariant(), (string?)version.Json["model_version"]!["name"]);
    }

    [Fact]
    public async Task A_model_with_a_live_version_is_neither_renamed_nor_deleted()
    {
        var name = await hub.Ann.GivenModelAsync();
        await using (var db = hub.Open())
        {
            var model = db.RegisteredModels.Single(m => m.Name == name);
            await db.GivenVersionAsync(model, MlHub.Registry.Stage.Staging);
            await db.GivenVersionAsync(model, MlHub.Registry.Stage.Production);
        }

        var renamed = await hub.Ann.PostedAsync("/registered-models/rename", new { name, new_name = name + "2" });
        var deleted = await hub.Ann.DeletedAsync("/registered-models/delete", new { name });
        var version = await hub.Ann.DeletedAsync("/model-versions/delete", new { name, version = "2" });

        Assert.All([renamed, deleted], a => Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (a.Status, a.Code)));
        Assert.Contains("version 1 is in Staging, version 2 is in Production", renamed.Message, StringComparison.Ordinal);
        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (version.Status, version.Code));
        Assert.Equal(200, (await hub.Ann.GotAsync($"/model-versions/get?name={name}&version=2")).Status);
    }

    [Theory]
    [InlineData("body")]
    [InlineData("query")]
    public async Task Deleting_takes_its_fields_from_the_body_or_the_query(string from)
    {
        var name = await hub.Ann.GivenModelAsync();
        await hub.Ann.CallAsync("/registered-models/set-tag", new { name, key = "k", value = "v" });
        Task<Answer> DeleteAsync(string call, string key) => from == "body"
            ? hub.Ann.DeletedAsync(call, new { name, key })
            : hub.Ann.AskAsync(HttpMethod.Delete, $"{MlflowCalls.Api}{call}?name={name}&key={key}");

        var tag = await DeleteAsync("/registered-models/delete-tag", "k");
        var left = (await hub.Ann.GotAsync($"/registered-models/get?name={name}")).Json["registered_model"]!["tags"];
        var again = await DeleteAsync("/registered-models/delete-tag", "k");
        var model = await DeleteAsync("/registered-models/delete", "");
        var gone = await DeleteAsync("/registered-models/delete", "");

        Assert.Equal(("{}", "{}", "{}"), (tag.Text, again.Text, model.Text));
        Assert.Null(left);
        Assert.Equal((404, "RESOURCE_DOES_NOT_EXIST"), (gone.Status, gone.Code));
    }

    [Fact]
    public async Task Tags_and_descriptions_are_set_twice_without_harm_and_kept_within_limits()
    {
        var name = await hub.Ann.GivenModelAsync();
        async Task<int> SetAsync(string key, string value) => (await hub.Ann.PostedAsync("/registered-models/set-tag", new { name, key, value })).Status;

        Assert.Equal(200, await SetAsync("k", "v"));
        Assert.Equal(200, await SetAsync("k", "v"));
        Assert.Equal(200, await SetAsync("empty", ""));
        Assert.Equal(200, await SetAsync(new string('k', 250), new string('v', 100_000)));
        Assert.Equal(400, await SetAsync(new string('k', 251), "v"));
        Assert.Equal(400, await SetAsync("long", new string('v', 100_001)));
        Assert.Equal(200, (await hub.Ann.PatchedAsync("/registered-models/update", new { name, description = "new" })).Status);
        Assert.Equal(400, (await hub.Ann.PatchedAsync("/registered-models/update", new { name, description = new string('d', 100_001) })).Status);
        Assert.Equal("new", (string?)(await hub.Ann.GotAsync($"/registered-models/get?name={name}")).Json["registered_model"]!["description"]);
    }

    [Fact]
    public async Task Newest_version_of_each_stage_is_told_by_GET_and_POST()
    {
        var name = await hub.Ann.GivenModelAsync();
        await using (var db = hub.Open())
        {
            var model = db.RegisteredModels.Single(m => m.Name == name);
            foreach (var stage in new[] { 3, 2, 3, 2, 1, 1, 0 })
            {
                await db.GivenVersionAsync(model, (MlHub.Registry.Stage)stage);
            }
        }

        Assert.Equal("7 6 4 3", Numbers(await hub.Ann.GotAsync($"/registered-models/get-latest-versions?name={name}")));
        Assert.Equal("7 6", Numbers(await hub.Ann.GotAsync($"/registered-models/get-latest-versions?name={name}&stages=staging&stages=NONE")));
        Assert.Equal("4", Numbers(await hub.Ann.PostedAsync("/registered-models/get-latest-versions", new { name, stages = new[] { "Production" } })));
        var bad = await hub.Ann.PostedAsync("/registered-models/get-latest-versions", new { name, stages = new[] { "Live" } });
        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (bad.Status, bad.Code));

        static string Numbers(Answer answer) => string.Join(' ', answer.Json["model_versions"]!.AsArray().Select(v => (string)v!["version"]!));
    }
}
