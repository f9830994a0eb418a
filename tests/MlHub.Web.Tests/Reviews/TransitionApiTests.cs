using System.Text.Json.Nodes;

namespace MlHub.Web.Tests.Reviews;

/// <summary>Transitions and requests as clients of MLflow and Databricks know them.</summary>
public sealed class TransitionApiTests(ReviewHub hub) : IClassFixture<ReviewHub>
{
    [Fact]
    public async Task A_move_answers_with_the_version_and_takes_stages_in_any_case()
    {
        var model = await hub.GivenModelAsync();

        var moved = await hub.Bob.CallAsync("/model-versions/transition-stage", new { name = model, version = "2", stage = "production", archive_existing_versions = true });

        Assert.Equal(("2", "Production"), ((string)moved["model_version"]!["version"]!, (string)moved["model_version"]!["current_stage"]!));
        Assert.Equal("Archived", await hub.StageOfAsync(model, 1));
    }

    [Fact]
    public async Task Moving_to_where_it_is_changes_nothing()
    {
        var model = await hub.GivenModelAsync();
        await hub.Bob.CallAsync("/model-versions/transition-stage", new { name = model, version = "2", stage = "Staging" });
        var before = (await hub.Ann.GotAsync($"/model-versions/activities?name={model}&version=2")).Text;

        var again = await hub.Bob.CallAsync("/model-versions/transition-stage", new { name = model, version = "2", stage = "STAGING" });

        Assert.Equal("Staging", (string)again["model_version"]!["current_stage"]!);
        Assert.Equal(before, (await hub.Ann.GotAsync($"/model-versions/activities?name={model}&version=2")).Text);
    }

    [Fact]
    public async Task Databricks_route_tells_the_callers_right_and_what_is_asked_for()
    {
        var model = await hub.GivenModelAsync();
        await hub.Rita.CallAsync("/transition-requests/create", new { name = model, version = "2", stage = "Production", comment = "please" });

        var moved = (await hub.Bob.CallAsync("/databricks/model-versions/transition-stage", new { name = model, version = "2", stage = "Staging", comment = "first here" }))["model_version_databricks"]!;

        Assert.Equal(("Staging", "CAN_MANAGE_PRODUCTION_VERSIONS"), ((string)moved["current_stage"]!, (string)moved["permission_level"]!));
        var request = Assert.Single(moved["open_requests"]!.AsArray())!;
        Assert.Equal(("rita", "Staging", "Production", "please"), ((string)request["user_id"]!, (string)request["from_stage"]!, (string)request["to_stage"]!, (string)request["comment"]!));
    }

    [Theory]
    [InlineData("Nowhere", "2", false, 400)]
    [InlineData("None", "2", true, 400)]
    [InlineData("Archived", "2", true, 400)]
    [InlineData("Staging", "9", false, 404)]
    [InlineData("Staging", "two", false, 400)]
    public async Task What_makes_no_sense_is_refused(string stage, string version, bool archive, int status)
    {
        var model = await hub.GivenModelAsync();

        var answer = await hub.Bob.PostedAsync("/model-versions/transition-stage", new { name = model, version, stage, archive_existing_versions = archive });

        Assert.Equal((status, status == 404 ? "RESOURCE_DOES_NOT_EXIST" : "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_request_is_listed_with_what_each_viewer_may_do()
    {
        var model = await hub.GivenModelAsync();

        var created = (await hub.Rita.CallAsync("/transition-requests/create", new { name = model, version = "2", stage = "Production", comment = "better" }))["request"]!;

        Assert.Equal(("REQUESTED_TRANSITION", "rita", "None", "Production", "better"), (
            (string)created["activity_type"]!, (string)created["user_id"]!, (string)created["from_stage"]!, (string)created["to_stage"]!, (string)created["comment"]!));
        Assert.Equal(["CANCEL_TRANSITION_REQUEST"], await ActionsAsync(hub.Rita, model));
        Assert.Equal(["APPROVE_TRANSITION_REQUEST", "REJECT_TRANSITION_REQUEST"], await ActionsAsync(hub.Bob, model));
        Assert.Equal(["APPROVE_TRANSITION_REQUEST", "REJECT_TRANSITION_REQUEST", "CANCEL_TRANSITION_REQUEST"], await ActionsAsync(hub.Ann, model));
    }

    [Fact]
    public async Task Asking_twice_or_for_where_it_is_is_refused()
    {
        var model = await hub.GivenModelAsync();
        var ask = new { name = model, version = "2", stage = "Production" };
        await hub.Rita.CallAsync("/transition-requests/create", ask);

        var twice = await hub.Rita.PostedAsync("/transition-requests/create", ask);
        var there = await hub.Rita.PostedAsync("/transition-requests/create", new { name = model, version = "2", stage = "None" });
        var another = await hub.Bob.PostedAsync("/transition-requests/create", ask);

        Assert.Equal(((400, "INVALID_PARAMETER_VALUE"), (400, "INVALID_PARAMETER_VALUE"), 200), ((twice.Status, twice.Code), (there.Status, there.Code), another.Status));
    }

    [Fact]
    public async Task Approving_answers_with_the_activity_and_repeating_it_with_the_same()
    {
        var model = await hub.GivenModelAsync();
        await hub.Rita.CallAsync("/transition-requests/create", new { name = model, version = "2", stage = "Production" });
        var approve = new { name = model, version = "2", stage = "Production", archive_existing_versions = true, comment = "ship it" };

        var first = await hub.Bob.PostedAsync("/transition-requests/approve", approve);
        var again = await hub.Bob.PostedAsync("/transition-requests/approve", approve);
        var late = await hub.Ann.PostedAsync("/transition-requests/approve", approve);
        var rejected = await hub.Ann.PostedAsync("/transition-requests/reject", approve);

        Assert.Equal(("APPROVED_REQUEST", "bob", "ship it"), (
            (string)first.Json["activity"]!["activity_type"]!, (string)first.Json["activity"]!["user_id"]!, (string)first.Json["activity"]!["comment"]!));
        Assert.Equal(first.Text, again.Text);
        Assert.Equal(((409, "RESOURCE_CONFLICT"), (409, "RESOURCE_CONFLICT")), ((late.Status, late.Code), (rejected.Status, rejected.Code)));
        Assert.Contains("already approved by bob", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deciding_about_what_nobody_asked_for_is_404()
    {
        var model = await hub.GivenModelAsync();

        Assert.Equal(404, (await hub.Bob.PostedAsync("/transition-requests/approve", new { name = model, version = "2", stage = "Production" })).Status);
        Assert.Equal(404, (await hub.Bob.PostedAsync("/transition-requests/reject", new { name = model, version = "2", stage = "Production" })).Status);
    }

    [Fact]
    public async Task Taking_back_takes_query_or_body()
    {
        var model = await hub.GivenModelAsync();
        var ask = new { name = model, version = "2", stage = "Production" };
        await hub.Rita.CallAsync("/transition-requests/create", ask);

        var byQuery = await hub.Rita.AskAsync(HttpMethod.Delete, $"/api/2.0/mlflow/transition-requests/delete?name={model}&version=2&stage=production&creator=rita&comment=oops");
        await hub.Rita.CallAsync("/transition-requests/create", ask);
        var byBody = await hub.Rita.AskAsync(HttpMethod.Delete, "/api/2.0/mlflow/transition-requests/delete", new { name = model, version = "2", stage = "Production", creator = "rita" });

        Assert.Equal(("CANCELLED_REQUEST", "oops", 200), ((string)byQuery.Json["activity"]!["activity_type"]!, (string)byQuery.Json["activity"]!["comment"]!, byBody.Status));
        Assert.Equal("{}", (await hub.Ann.GotAsync($"/transition-requests/list?name={model}&version=2")).Text);
    }

    [Fact]
    public async Task Activities_tell_the_whole_story_page_by_page()
    {
        var model = await hub.GivenModelAsync();
        await hub.Rita.CallAsync("/transition-requests/create", new { name = model, version = "2", stage = "Production", comment = "please" });
        await hub.Bob.CallAsync("/comments/create", new { name = model, version = "2", comment = "why?" });
        await hub.Bob.CallAsync("/transition-requests/reject", new { name = model, version = "2", stage = "Production", comment = "not yet" });
        await hub.Bob.CallAsync("/databricks/model-versions/transition-stage", new { name = model, version = "2", stage = "Production", archive_existing_versions = true, comment = "now" });

        List<JsonNode> story = [];
        string? token = null;
        do
        {
            var page = await hub.Rita.ReadAsync($"/model-versions/activities?name={model}&version=2&max_results=3&page_token={token}");
            story.AddRange(page["activities"]!.AsArray()!);
            token = (string?)page["next_page_token"];
        }
        while (token is not null);

        Assert.Equal(
            [("APPLIED_TRANSITION", "now"), ("REJECTED_REQUEST", "not yet"), ("NEW_COMMENT", "why?"), ("REQUESTED_TRANSITION", "please")],
            story.Select(a => ((string)a["activity_type"]!, (string)a["comment"]!)));
        var archived = Assert.Single((await hub.Rita.ReadAsync($"/model-versions/activities?name={model}&version=1"))["activities"]!.AsArray())!;
        Assert.Equal(("SYSTEM_TRANSITION", "Archived because version 2 moved to Production."), ((string)archived["activity_type"]!, (string)archived["system_comment"]!));
    }

    [Theory]
    [InlineData("max_results=0")]
    [InlineData("max_results=1001")]
    [InlineData("page_token=nonsense")]
    public async Task A_page_that_makes_no_sense_is_refused(string query)
    {
        var model = await hub.GivenModelAsync();

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), await StatusAsync(hub.Ann.GotAsync($"/model-versions/activities?name={model}&version=2&{query}")));
    }

    private static async Task<(int, string?)> StatusAsync(Task<Answer> asking) => await asking is var answer ? (answer.Status, answer.Code) : default;

    private static async Task<List<string>> ActionsAsync(HttpClient viewer, string model) =>
        [.. (await viewer.ReadAsync($"/transition-requests/list?name={model}&version=2"))["requests"]!.AsArray().Single()!["available_actions"]!.AsArray().Select(a => (string)a!)];
}
