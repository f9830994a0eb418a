namespace MlHub.Web.Tests.Reviews;

public sealed class CommentApiTests(ReviewHub hub) : IClassFixture<ReviewHub>
{
    [Fact]
    public async Task A_comment_is_written_changed_listed_and_deleted()
    {
        var model = await hub.GivenModelAsync();

        var created = (await hub.Rita.CallAsync("/comments/create", new { name = model, version = "2", comment = "Why is **recall** down?" }))["comment"]!;
        var id = (string)created["id"]!;
        var updated = await hub.Rita.AskAsync(HttpMethod.Patch, "/api/2.0/mlflow/comments/update", new { id, comment = "Never mind." });

        Assert.Equal(("rita", "Why is **recall** down?"), ((string)created["user_id"]!, (string)created["comment"]!));
        Assert.Equal("Never mind.", (string)updated.Json["comment"]!["comment"]!);
        Assert.Equal(["Never mind."], await TextsAsync(model));
        Assert.Equal("{}", (await hub.Rita.AskAsync(HttpMethod.Delete, $"/api/2.0/mlflow/comments/delete?id={id}")).Text);
        Assert.Empty(await TextsAsync(model));
        Assert.Equal(404, (await hub.Rita.AskAsync(HttpMethod.Delete, $"/api/2.0/mlflow/comments/delete?id={id}")).Status);
    }

    [Fact]
    public async Task Each_viewer_is_told_what_they_may_do_with_it()
    {
        var model = await hub.GivenModelAsync();
        var id = await GivenCommentAsync(hub.Rita, model);

        Assert.Equal("EDIT_COMMENT,DELETE_COMMENT", await ActionsAsync(hub.Rita, model));
        Assert.Equal("", await ActionsAsync(hub.Bob, model));
        Assert.Equal("DELETE_COMMENT", await ActionsAsync(hub.Ann, model));
        Assert.Equal(403, (await hub.Ann.AskAsync(HttpMethod.Patch, "/api/2.0/mlflow/comments/update", new { id, comment = "hers" })).Status);
        Assert.Equal(403, (await hub.Bob.AskAsync(HttpMethod.Delete, $"/api/2.0/mlflow/comments/delete?id={id}")).Status);
    }

    [Fact]
    public async Task A_thread_is_one_level_deep_and_outlives_its_beginning()
    {
        var model = await hub.GivenModelAsync();
        var first = await GivenCommentAsync(hub.Rita, model);
        var reply = await GivenCommentAsync(hub.Bob, model, first);

        var deeper = await hub.Ann.CallAsync("/comments/create", new { name = model, version = "2", comment = "third", parent_id = reply });
        var elsewhere = await hub.Ann.PostedAsync("/comments/create", new { name = model, version = "1", comment = "astray", parent_id = first });

        Assert.Equal(first, (string)deeper["comment"]!["parent_id"]!);
        Assert.Equal(404, elsewhere.Status);

        await hub.Rita.AskAsync(HttpMethod.Delete, $"/api/2.0/mlflow/comments/delete?id={first}");

        var left = (await hub.Rita.ReadAsync($"/comments/list?name={model}&version=2"))["comments"]!.AsArray();
        Assert.Equal([null, null], left.Select(c => (string?)c!["parent_id"]));
    }

    [Fact]
    public async Task What_was_deleted_is_gone_from_the_activities_too()
    {
        var model = await hub.GivenModelAsync();
        var id = await GivenCommentAsync(hub.Rita, model);
        await hub.Rita.AskAsync(HttpMethod.Delete, $"/api/2.0/mlflow/comments/delete?id={id}");

        Assert.DoesNotContain("hm", (await hub.Ann.GotAsync($"/model-versions/activities?name={model}&version=2")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 400)]
    [InlineData(1, 200)]
    [InlineData(65_535, 200)]
    [InlineData(65_536, 400)]
    public async Task A_comment_has_from_1_to_65535_characters(int length, int status)
    {
        var model = await hub.GivenModelAsync();

        Assert.Equal(status, (await hub.Rita.PostedAsync("/comments/create", new { name = model, version = "2", comment = new string('x', length) })).Status);
    }

    private static async Task<string> GivenCommentAsync(HttpClient author, string model, string? parent = null) =>
        (string)(await author.CallAsync("/comments/create", new { name = model, version = "2", comment = "hm", parent_id = parent }))["comment"]!["id"]!;

    private async Task<List<string>> TextsAsync(string model) =>
        [.. (await hub.Ann.ReadAsync($"/comments/list?name={model}&version=2"))["comments"]?.AsArray().Select(c => (string)c!["comment"]!) ?? []];

    private static async Task<string> ActionsAsync(HttpClient viewer, string model) =>
        string.Join(',', (await viewer.ReadAsync($"/comments/list?name={model}&version=2"))["comments"]!.AsArray().Single()!["available_actions"]?.AsArray().Select(a => (string)a!) ?? []);
}
