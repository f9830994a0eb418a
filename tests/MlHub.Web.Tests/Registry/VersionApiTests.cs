using System.Text.Json.Nodes;
using MlHub.Access;
using MlHub.Registry;
using MlHub.Reviews;

namespace MlHub.Web.Tests.Registry;

public sealed class VersionApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task A_version_has_MLflows_fields_and_no_others()
    {
        var name = await hub.Ann.GivenModelAsync();

        var made = await hub.Ann.PostedAsync("/model-versions/create", new { name, source = "s3://bucket/model" });
        var got = await hub.Ann.GotAsync($"/model-versions/get?name={name}&version=1");

        var created = (long)made.Json["model_version"]!["creation_timestamp"]!;
        Assert.Equal(
            JsonText.Sorted($$$"""
            {"model_version":{"name":"{{{name}}}","version":"1","creation_timestamp":{{{created}}},"last_updated_timestamp":{{{created}}},"user_id":"ann",
            "current_stage":"None","description":"","source":"s3://bucket/model","run_id":"","run_link":"","status":"READY"}}
            """),
            JsonText.Sorted(got.Json));
        Assert.Equal(JsonText.Sorted(got.Json), JsonText.Sorted(made.Json));
    }

    [Fact]
    public async Task Everything_that_was_said_of_a_version_comes_back()
    {
        var name = await hub.Ann.GivenModelAsync();
        var (_, run) = await hub.GivenRunAsync();
        await hub.Ann.CallAsync("/model-versions/create", new
        {
            name,
            source = "s3://bucket/model",
            run_id = run,
            run_link = "https://elsewhere.example/run",
            model_id = "m-1",
            description = "first",
            tags = new[] { new { key = "b", value = "2" }, new { key = "a", value = "1" } },
        });
        await hub.Ann.PatchedAsync("/model-versions/update", new { name, version = 1, description = "better" });
        await hub.Ann.CallAsync("/model-versions/set-tag", new { name, version = "1", key = "c", value = "" });
        var deleted = await hub.Ann.DeletedAsync("/model-versions/delete-tag", new { name, version = "1", key = "b" });

        var version = (await hub.Ann.GotAsync($"/model-versions/get?name={name}&version=1")).Json["model_version"]!;

        Assert.Equal("{}", deleted.Text);
        Assert.Equal(
            ("better", run, "https://elsewhere.example/run", "m-1"), ((string)version["description"]!, (string)version["run_id"]!, (string)version["run_link"]!, (string)version["model_id"]!));
        Assert.Equal("""[{"key":"a","value":"1"},{"key":"c","value":""}]""", version["tags"]!.ToJsonString());
    }

    [Theory]
    [InlineData("something not correct")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.0")]
    [InlineData("99999999999")]
    public async Task A_version_that_is_no_number_is_refused(string version)
    {
        var name = await hub.Ann.GivenModelAsync();

        var answer = await hub.Ann.GotAsync($"/model-versions/get?name={name}&version={Uri.EscapeDataString(version)}");

        Assert.Equal((400, "INVALID_PARAMETER_VALUE", $"Parameter 'version' must be an integer, got '{version}'."), (answer.Status, answer.Code, answer.Message));
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("//host/x")]
    public async Task A_link_that_is_no_web_address_is_refused(string run_link)
    {
        var answer = await hub.Ann.PostedAsync("/model-versions/create", new { name = await hub.Ann.GivenModelAsync(), source = "s3://b/m", run_link });

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task An_open_request_shows_as_an_approval_that_newer_clients_know()
    {
        var name = await hub.Ann.GivenModelAsync();
        await hub.Ann.GivenVersionAsync(name);
        await using (var db = hub.Open())
        {
            var model = db.RegisteredModels.Single(m => m.Name == name);
            db.Add(new TransitionRequest
            {
                VersionId = db.ModelVersions.Single(v => v.ModelId == model.Id).Id,
                ToStage = Stage.Production,
                RequestedById = hub.AnnAsCaller.Id,
                RequestedBy = "ann",
                Comment = "",
                CreatedAt = DateTimeOffset.UtcNow,
            });
            await db.SaveChangesAsync();
        }

        var state = (await hub.Ann.GotAsync($"/model-versions/search?filter=name+%3D+'{name}'")).Json["model_versions"]![0]!["deployment_job_state"];

        Assert.Equal("""{"run_state":"APPROVAL"}""", state!.ToJsonString());
    }

    [Fact]
    public async Task Search_takes_filter_order_and_pages()
    {
        var name = await hub.Ann.GivenModelAsync();
        for (var i = 0; i < 5; i++)
        {
            await hub.Ann.GivenVersionAsync(name);
        }

        var filter = Uri.EscapeDataString($"name = '{name}' AND version_number > 1");
        var first = await hub.Ann.GotAsync($"/model-versions/search?filter={filter}&order_by=version_number+ASC&max_results=3");
        var second = await hub.Ann.GotAsync($"/model-versions/search?filter={filter}&order_by=version_number+ASC&max_results=3&page_token={first.Json["next_page_token"]}");
        var none = await hub.Bob.GotAsync($"/model-versions/search?filter={filter}");
        var posted = await hub.Ann.PostedAsync("/model-versions/search", new { });
        var models = await hub.Ann.GotAsync($"/registered-models/search?filter={Uri.EscapeDataString($"name = '{name}' AND tag.`mlflow.prompt.is_prompt` != 'true'")}");

        Assert.Equal(("2 3 4", "5"), (Numbers(first), Numbers(second)));
        Assert.False(second.Json.ContainsKey("next_page_token"));
        Assert.Equal(("{}", 405), (none.Text, posted.Status));
        Assert.Equal("5", (string?)models.Json["registered_models"]![0]!["latest_versions"]![0]!["version"]);

        static string Numbers(Answer answer) => string.Join(' ', answer.Json["model_versions"]!.AsArray().Select(v => (string)v!["version"]!));
    }
}
