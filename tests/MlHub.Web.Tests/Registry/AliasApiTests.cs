using MlHub.Access;
using MlHub.Registry;
using MlHub.Reviews;

namespace MlHub.Web.Tests.Registry;

public sealed class AliasApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task An_alias_points_at_one_version_and_can_be_moved_and_deleted()
    {
        var name = await hub.Ann.GivenModelAsync();
        await hub.Ann.GivenVersionAsync(name);
        await hub.Ann.GivenVersionAsync(name);

        var set = await hub.Ann.PostedAsync("/registered-models/alias", new { name, alias = "champ", version = "1" });
        var moved = await hub.Ann.PostedAsync("/registered-models/alias", new { name, alias = "champ", version = 2 });
        var found = await hub.Ann.GotAsync($"/registered-models/alias?name={name}&alias=champ");
        var first = await hub.Ann.GotAsync($"/model-versions/get?name={name}&version=1");
        var deleted = await hub.Ann.DeletedAsync("/registered-models/alias", new { name, alias = "champ" });
        var again = await hub.Ann.DeletedAsync("/registered-models/alias", new { name, alias = "champ" });
        var gone = await hub.Ann.GotAsync($"/registered-models/alias?name={name}&alias=champ");

        Assert.Equal(("{}", "{}", "{}", "{}"), (set.Text, moved.Text, deleted.Text, again.Text));
        Assert.Equal(("2", """["champ"]"""), ((string)found.Json["model_version"]!["version"]!, found.Json["model_version"]!["aliases"]!.ToJsonString()));
        Assert.Null(first.Json["model_version"]!["aliases"]);
        Assert.Equal((400, "INVALID_PARAMETER_VALUE", "Registered model alias champ not found."), (gone.Status, gone.Code, gone.Message));
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("LATEST")]
    [InlineData("v1")]
    [InlineData("V23")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a\n")]
    [InlineData("../x")]
    public async Task A_reserved_or_strange_alias_is_refused(string alias)
    {
        var name = await hub.Ann.GivenModelAsync();
        await hub.Ann.GivenVersionAsync(name);

        var answer = await hub.Ann.PostedAsync("/registered-models/alias", new { name, alias, version = "1" });

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task An_alias_goes_with_its_version()
    {
        var name = await hub.Ann.GivenModelAsync();
        await hub.Ann.GivenVersionAsync(name);
        await hub.Ann.CallAsync("/registered-models/alias", new { name, alias = "champ", version = "1" });

        var missing = await hub.Ann.PostedAsync("/registered-models/alias", new { name, alias = "champ", version = "9" });
        await hub.Ann.DeletedAsync("/model-versions/delete", new { name, version = "1" });

        Assert.Equal((404, "RESOURCE_DOES_NOT_EXIST", $"Model Version (name={name}, version=9) not found"), (missing.Status, missing.Code, missing.Message));
        Assert.Null((await hub.Ann.GotAsync($"/registered-models/get?name={name}")).Json["registered_model"]!["aliases"]);
    }

    [Fact]
    public async Task Where_Production_has_a_policy_an_alias_is_no_way_around_it()
    {
        var name = await hub.Ann.GivenModelAsync();
        await hub.Ann.GivenVersionAsync(name);
        var editor = await hub.GivenUserAsync("editor");
        using var edits = hub.Bearer(await hub.GivenTokenAsync(editor));
        await using (var db = hub.Open())
        {
            await db.GivenGrantAsync(db.RegisteredModels.Single(m => m.Name == name), editor, RegistryPermission.ManageStaging);
        }

        var free = await edits.PostedAsync("/registered-models/alias", new { name, alias = "champ", version = "1" });
        await using (var db = hub.Open())
        {
            db.Add(new StoredPolicy { ModelId = db.RegisteredModels.Single(m => m.Name == name).Id, Stage = Stage.Production, Json = "{}", UpdatedBy = "ann", UpdatedAt = DateTimeOffset.UtcNow });
            await db.SaveChangesAsync();
        }

        var set = await edits.PostedAsync("/registered-models/alias", new { name, alias = "live", version = "1" });
        var deleted = await edits.DeletedAsync("/registered-models/alias", new { name, alias = "champ" });
        var managed = await hub.Ann.PostedAsync("/registered-models/alias", new { name, alias = "live", version = "1" });

        Assert.Equal((200, 403, 403, 200), (free.Status, set.Status, deleted.Status, managed.Status));
        Assert.Equal("PERMISSION_DENIED", set.Code);
    }
}
