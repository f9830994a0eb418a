namespace MlHub.Web.Tests.Tracking;

public sealed class ExperimentTagApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task The_last_value_of_a_tag_wins()
    {
        var id = await hub.Ann.GivenExperimentAsync("tagged");

        var set = await hub.Ann.PostedAsync("/experiments/set-experiment-tag", new { experiment_id = id, key = "mlflow.note.content", value = "one" });
        await hub.Ann.CallAsync("/experiments/set-experiment-tag", new { experiment_id = id, key = "mlflow.note.content", value = "two" });
        await hub.Ann.CallAsync("/experiments/set-experiment-tag", new { experiment_id = id, key = "empty", value = "" });

        Assert.Equal((200, "{}"), (set.Status, set.Text));
        Assert.Equal("empty= mlflow.note.content=two", await TagsAsync(id));
    }

    [Fact]
    public async Task A_deleted_tag_is_gone_and_cannot_be_deleted_twice()
    {
        var id = await hub.Ann.GivenExperimentAsync("untagged");
        await hub.Ann.CallAsync("/experiments/set-experiment-tag", new { experiment_id = id, key = "k", value = "v" });

        var deleted = await hub.Ann.PostedAsync("/experiments/delete-experiment-tag", new { experiment_id = id, key = "k" });
        var again = await hub.Ann.PostedAsync("/experiments/delete-experiment-tag", new { experiment_id = id, key = "k" });

        Assert.Equal((200, "{}"), (deleted.Status, deleted.Text));
        Assert.Equal((404, "RESOURCE_DOES_NOT_EXIST"), (again.Status, again.Code));
        Assert.Equal("", await TagsAsync(id));
    }

    [Fact]
    public async Task A_tag_sent_twice_at_creation_has_its_last_value()
    {
        var made = await hub.Ann.CallAsync(
            "/experiments/create", new { name = "twice", tags = new[] { new { key = "k", value = "first" }, new { key = "k", value = "last" } } });

        Assert.Equal("k=last", await TagsAsync((string)made["experiment_id"]!));
    }

    [Theory]
    [InlineData("../up")]
    [InlineData("/rooted")]
    [InlineData("a//b")]
    [InlineData("semi;colon")]
    [InlineData("new\nline")]
    public async Task A_key_that_looks_like_a_way_out_is_refused(string key)
    {
        var id = await hub.Ann.GivenExperimentAsync($"keys {Guid.NewGuid():N}");

        var answer = await hub.Ann.PostedAsync("/experiments/set-experiment-tag", new { experiment_id = id, key, value = "v" });

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }

    private async Task<string> TagsAsync(string id)
    {
        var tags = (await hub.Ann.GotAsync($"/experiments/get?experiment_id={id}")).Json["experiment"]!["tags"]?.AsArray() ?? [];
        return string.Join(' ', tags.Select(t => $"{(string)t!["key"]!}={(string)t["value"]!}"));
    }
}
