namespace MlHub.Web.Tests.Access;

public sealed class FolderApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Permissions = "/api/2.0/mlhub/folders/permissions", List = "/api/2.0/mlhub/folders/list";

    [Fact]
    public async Task What_is_given_on_a_folder_is_inherited_and_says_from_where()
    {
        var folder = $"f{Guid.NewGuid():N}";
        var experiment = await hub.Ann.GivenExperimentAsync($"{folder}/churn");

        var given = await hub.Ada.AskAsync(HttpMethod.Patch, Permissions, Giving(folder, "bob", "CAN_EDIT"));

        Assert.Equal(200, given.Status);
        Assert.Equal($"/directories/{folder}", (string?)given.Json["object_id"]);
        Assert.Equal("bob", (string?)given.Json["access_control_list"]![0]!["user_name"]);
        Assert.NotEmpty(await hub.Bob.GivenRunAsync(experiment));
        var shares = (await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/permissions/experiments/{experiment}")).Json["access_control_list"]!.AsArray();
        var bobs = shares.Single(s => (string?)s!["user_name"] == "bob")!["all_permissions"]![0]!;
        Assert.Equal(("CAN_EDIT", true, $"/directories/{folder}"), ((string?)bobs["permission_level"], (bool)bobs["inherited"]!, (string?)bobs["inherited_from_object"]![0]));
    }

    [Fact]
    public async Task Replacing_takes_from_those_not_named()
    {
        var folder = $"f{Guid.NewGuid():N}";
        var experiment = await hub.Ann.GivenExperimentAsync($"{folder}/churn");
        await hub.Ada.AskAsync(HttpMethod.Patch, Permissions, Giving(folder, "bob", "CAN_READ"));

        var replaced = await hub.Ada.AskAsync(HttpMethod.Put, Permissions, Giving(folder, "ann", "CAN_MANAGE"));

        Assert.Single(replaced.Json["access_control_list"]!.AsArray());
        Assert.Equal(404, (await hub.Bob.GotAsync($"/experiments/get?experiment_id={experiment}")).Status);
        Assert.Equal(200, (await hub.Ann.AskAsync(HttpMethod.Get, $"{Permissions}?path={folder}/deeper")).Status);
    }

    [Fact]
    public async Task A_folder_that_one_was_given_nothing_on_does_not_exist_and_less_than_MANAGE_is_denied()
    {
        var folder = $"f{Guid.NewGuid():N}";
        await hub.Ann.GivenExperimentAsync($"{folder}/churn");
        await hub.Ada.AskAsync(HttpMethod.Patch, Permissions, Giving(folder, "bob", "CAN_EDIT"));

        Assert.Equal(404, (await hub.Ann.AskAsync(HttpMethod.Get, $"{Permissions}?path={folder}")).Status);
        Assert.Equal(404, (await hub.Ann.AskAsync(HttpMethod.Patch, Permissions, Giving(folder, "ann", "CAN_MANAGE"))).Status);
        Assert.Equal(403, (await hub.Bob.AskAsync(HttpMethod.Put, Permissions, Giving(folder, "bob", "CAN_MANAGE"))).Status);
        Assert.Equal(403, (await hub.Ann.PostedAsync("/experiments/create", new { name = $"{folder}/mine" })).Status);
        Assert.Equal(200, (await hub.Bob.PostedAsync("/experiments/create", new { name = $"{folder}/bobs" })).Status);
    }

    [Fact]
    public async Task Folders_are_listed_level_by_level_with_what_one_may_read()
    {
        var folder = $"f{Guid.NewGuid():N}";
        await hub.Ann.GivenExperimentAsync($"{folder}/a/one");
        await hub.Ann.GivenExperimentAsync($"{folder}/a/two");

        var inner = await hub.Ann.AskAsync(HttpMethod.Get, $"{List}?path={folder}");

        Assert.Equal($$"""{"folders":[{"path":"{{folder}}/a","experiments":2}]}""", inner.Text);
        Assert.DoesNotContain(folder, (await hub.Bob.AskAsync(HttpMethod.Get, List)).Text);
        Assert.Contains(folder, (await hub.Ann.AskAsync(HttpMethod.Get, List)).Text);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("")]
    public async Task What_is_no_folder_is_refused(string path) =>
        Assert.Equal(400, (await hub.Ada.AskAsync(HttpMethod.Patch, Permissions, Giving(path, "bob", "CAN_READ"))).Status);

    private static object Giving(string path, string user, string level) =>
        new { path, access_control_list = new[] { new { user_name = user, permission_level = level } } };
}
