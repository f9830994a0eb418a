using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Registry;

namespace MlHub.Web.Tests.Access;

/// <summary>Databricks' permissions calls, on models, on the root and on experiments.</summary>
public sealed class PermissionApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Models = "/api/2.0/permissions/registered-models/", Experiments = "/api/2.0/permissions/experiments/";

    [Fact]
    public async Task A_models_permissions_are_told_with_what_it_inherits()
    {
        var model = await GivenModelAsync();
        var groups = hub.Services.GetRequiredService<Groups>();
        await groups.CreateAsync(Caller.System, "everybody", default);
        await hub.Ada.AskAsync(HttpMethod.Patch, Models + "root", Entries(new { group_name = "everybody", permission_level = "CAN_READ" }));
        await hub.Ada.AskAsync(HttpMethod.Patch, Models + model.PublicId, Entries(new { group_name = "everybody", permission_level = "CAN_MANAGE_STAGING_VERSIONS" }));

        var answer = await hub.Ann.AskAsync(HttpMethod.Get, Models + model.PublicId);

        Assert.Equal(
            JsonText.Sorted(
                $$"""
                {"object_id":"/registered-models/{{model.PublicId}}","object_type":"registered-model","access_control_list":[
                 {"user_name":"ann","display_name":"ann","all_permissions":[{"permission_level":"CAN_MANAGE","inherited":false}]},
                 {"group_name":"everybody","display_name":"everybody","all_permissions":[
                  {"permission_level":"CAN_MANAGE_STAGING_VERSIONS","inherited":false},
                  {"permission_level":"CAN_READ","inherited":true,"inherited_from_object":["/registered-models/"]}]}]}
                """),
            JsonText.Sorted(answer.Json));
        await hub.Ada.AskAsync(HttpMethod.Put, Models + "root", Entries());
    }

    [Fact]
    public async Task PUT_replaces_and_PATCH_merges()
    {
        var model = await GivenModelAsync();
        await hub.Services.GetRequiredService<ServiceAccounts>().CreateAsync(Caller.System, "deployer", default);

        var merged = await hub.Ann.AskAsync(HttpMethod.Patch, Models + model.PublicId, Entries(
            new { user_name = "bob", permission_level = "CAN_EDIT" }, new { service_principal_name = "deployer", permission_level = "CAN_MANAGE_PRODUCTION_VERSIONS" }));
        var replaced = await hub.Ann.AskAsync(HttpMethod.Put, Models + model.PublicId, Entries(
            new { user_name = "ann", permission_level = "CAN_MANAGE" }, new { user_name = "bob", permission_level = "CAN_READ" }));

        Assert.Equal(["ann CAN_MANAGE", "bob CAN_EDIT", "deployer CAN_MANAGE_PRODUCTION_VERSIONS"], Told(merged));
        Assert.Equal(["ann CAN_MANAGE", "bob CAN_READ"], Told(replaced));
    }

    [Fact]
    public async Task Nobody_but_an_administrator_leaves_a_model_without_a_manager()
    {
        var model = await GivenModelAsync();
        var onlyBob = Entries(new { user_name = "bob", permission_level = "CAN_EDIT" });

        var byAnn = await hub.Ann.AskAsync(HttpMethod.Put, Models + model.PublicId, onlyBob);
        var byAda = await hub.Ada.AskAsync(HttpMethod.Put, Models + model.PublicId, onlyBob);

        Assert.Equal((400, "INVALID_PARAMETER_VALUE", 200), (byAnn.Status, byAnn.Code, byAda.Status));
        Assert.Equal(["bob CAN_EDIT"], Told(byAda));
    }

    [Theory]
    [InlineData("CAN_READ", 403)]
    [InlineData("CAN_MANAGE_PRODUCTION_VERSIONS", 403)]
    [InlineData("CAN_MANAGE", 200)]
    public async Task It_needs_CAN_MANAGE(string level, int status)
    {
        var model = await GivenModelAsync();
        await hub.Ann.AskAsync(HttpMethod.Patch, Models + model.PublicId, Entries(new { user_name = "bob", permission_level = level }));

        var read = await hub.Bob.AskAsync(HttpMethod.Get, Models + model.PublicId);
        var write = await hub.Bob.AskAsync(HttpMethod.Patch, Models + model.PublicId, Entries(new { user_name = "bob", permission_level = level }));

        Assert.Equal((status, status), (read.Status, write.Status));
    }

    [Fact]
    public async Task The_root_is_for_administrators()
    {
        var byAnn = await hub.Ann.AskAsync(HttpMethod.Get, Models + "root");
        var levels = await hub.Ada.AskAsync(HttpMethod.Get, Models + "root/permissionLevels");
        var created = await hub.Ada.AskAsync(HttpMethod.Patch, Models + "root", Entries(new { user_name = "bob", permission_level = "CAN_CREATE_REGISTERED_MODEL" }));

        Assert.Equal((403, "PERMISSION_DENIED"), (byAnn.Status, byAnn.Code));
        Assert.Equal(
            ["CAN_CREATE_REGISTERED_MODEL", "CAN_READ", "CAN_EDIT", "CAN_MANAGE_STAGING_VERSIONS", "CAN_MANAGE_PRODUCTION_VERSIONS", "CAN_MANAGE"],
            levels.Json["permission_levels"]!.AsArray().Select(l => (string?)l!["permission_level"]));
        Assert.Equal(200, created.Status);
    }

    [Fact]
    public async Task CAN_CREATE_REGISTERED_MODEL_is_a_level_of_the_root_only()
    {
        var model = await GivenModelAsync();

        var answer = await hub.Ann.AskAsync(HttpMethod.Patch, Models + model.PublicId, Entries(new { user_name = "bob", permission_level = "CAN_CREATE_REGISTERED_MODEL" }));

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task An_experiments_permissions_have_the_same_shape_and_CAN_RUN_counts_as_CAN_EDIT()
    {
        var (experiment, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.AskAsync(HttpMethod.Patch, Experiments + experiment, Entries(new { user_name = "bob", permission_level = "CAN_RUN" }));
        var tagged = await hub.Bob.PostedAsync("/runs/set-tag", new { run_id = run, key = "k", value = "v" });
        var levels = await hub.Ann.AskAsync(HttpMethod.Get, Experiments + experiment + "/permissionLevels");
        var staging = await hub.Ann.AskAsync(HttpMethod.Patch, Experiments + experiment, Entries(new { user_name = "bob", permission_level = "CAN_MANAGE_STAGING_VERSIONS" }));

        Assert.Equal(($"/experiments/{experiment}", "mlflowExperiment"), ((string?)answer.Json["object_id"], (string?)answer.Json["object_type"]));
        Assert.Equal(["ann CAN_MANAGE", "bob CAN_EDIT"], Told(answer));
        Assert.Equal((200, 400), (tagged.Status, staging.Status));
        Assert.Equal(["CAN_READ", "CAN_EDIT", "CAN_MANAGE"], levels.Json["permission_levels"]!.AsArray().Select(l => (string?)l!["permission_level"]));
    }

    [Theory]
    [InlineData("""{}""", "access_control_list")]
    [InlineData("""{"access_control_list":[null]}""", "access_control_list")]
    [InlineData("""{"access_control_list":[{"permission_level":"CAN_READ"}]}""", "access_control_list")]
    [InlineData("""{"access_control_list":[{"user_name":"bob","group_name":"g","permission_level":"CAN_READ"}]}""", "access_control_list")]
    [InlineData("""{"access_control_list":[{"user_name":"bob"}]}""", "permission_level")]
    [InlineData("""{"access_control_list":[{"user_name":"bob","permission_level":"OWNER"}]}""", "permission_level")]
    public async Task A_wrong_entry_is_refused_by_the_name_of_its_field(string body, string field)
    {
        var model = await GivenModelAsync();

        var answer = await hub.Ann.AskAsync(HttpMethod.Patch, Models + model.PublicId, body);

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
        Assert.Contains(field, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MLflows_own_calls_give_the_same_grants()
    {
        var model = await GivenModelAsync();
        var grant = new { name = model.Name, username = "bob" };

        var made = await hub.Ann.PostedAsync("/registered-models/permissions/create", new { grant.name, grant.username, permission = "EDIT" });
        var told = await hub.Ann.GotAsync($"/registered-models/permissions/get?name={model.Name}&username=bob");
        var shown = await hub.Ann.AskAsync(HttpMethod.Get, Models + model.PublicId);
        var self = await hub.Bob.GotAsync("/users/current");
        var taken = await hub.Ann.AskAsync(HttpMethod.Delete, "/api/2.0/mlflow/registered-models/permissions/delete", grant);
        var gone = await hub.Ann.GotAsync($"/registered-models/permissions/get?name={model.Name}&username=bob");

        Assert.Equal("EDIT", (string?)made.Json["registered_model_permission"]!["permission"]);
        Assert.Equal(JsonText.Sorted(made.Json), JsonText.Sorted(told.Json));
        Assert.Equal(["ann CAN_MANAGE", "bob CAN_EDIT"], Told(shown));
        Assert.Contains(self.Json["user"]!["registered_model_permissions"]!.AsArray(), p => (string?)p!["name"] == model.Name && (string?)p["permission"] == "EDIT");
        Assert.Equal((200, 404), (taken.Status, gone.Status));
    }

    [Fact]
    public async Task Effective_rights_say_where_a_right_comes_from()
    {
        var model = await GivenModelAsync();
        var groups = hub.Services.GetRequiredService<Groups>();
        await groups.CreateAsync(Caller.System, "stagers", default);
        await groups.AddMemberAsync(Caller.System, "stagers", "bob", default);
        await hub.Ann.AskAsync(HttpMethod.Patch, Models + model.PublicId, Entries(
            new { user_name = "bob", permission_level = "CAN_READ" }, new { group_name = "stagers", permission_level = "CAN_MANAGE_STAGING_VERSIONS" }));
        var url = $"/api/2.0/mlhub/effective-rights?model={model.Name}&user=";

        var ofBob = await hub.Ann.AskAsync(HttpMethod.Get, url + "bob");
        var ofAnn = await hub.Bob.AskAsync(HttpMethod.Get, url + "ann");
        var ofHimself = await hub.Bob.AskAsync(HttpMethod.Get, url + "bob");

        Assert.Equal("CAN_MANAGE_STAGING_VERSIONS", (string?)ofBob.Json["permission_level"]);
        Assert.Equal(
            ["True grant of group stagers on the model", "False own grant on the model"], ofBob.Json["sources"]!.AsArray().Select(s => $"{(bool)s!["wins"]!} {(string?)s["source"]}"));
        var production = ofBob.Json["abilities"]!.AsArray().Single(a => ((string?)a!["ability"])!.StartsWith("Move a version into or out of Production", StringComparison.Ordinal))!;
        Assert.Equal(
            (false, "CAN_MANAGE_STAGING_VERSIONS by grant of group stagers on the model is the highest that bob has; this needs CAN_MANAGE_PRODUCTION_VERSIONS."),
            ((bool)production["allowed"]!, (string?)production["reason"]));
        Assert.Equal((403, 200), (ofAnn.Status, ofHimself.Status));
    }

    private async Task<RegisteredModel> GivenModelAsync()
    {
        await using var db = hub.Open();
        return await db.GivenModelAsync($"m-{Guid.NewGuid():N}", hub.AnnAsCaller);
    }

    private static object Entries(params object[] entries) => new { access_control_list = entries };

    private static IEnumerable<string> Told(Answer answer) =>
        answer.Json["access_control_list"]!.AsArray().Where(e => !(bool)e!["all_permissions"]![0]!["inherited"]!)
            .Select(e => $"{(string?)e!["display_name"]} {(string?)e["all_permissions"]![0]!["permission_level"]}");
}
