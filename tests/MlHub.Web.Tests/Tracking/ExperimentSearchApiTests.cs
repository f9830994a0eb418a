using System.Text.Json.Nodes;

namespace MlHub.Web.Tests.Tracking;

public sealed class ExperimentSearchApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task Search_finds_what_the_filter_asks_for_by_get_and_by_post()
    {
        var mark = $"find{Guid.NewGuid():N}";
        await GivenExperimentsAsync(mark, "a", "b");

        var posted = await hub.Ann.PostedAsync("/experiments/search", new { filter = $"name LIKE '{mark}%'", order_by = new[] { "name ASC" }, max_results = 10 });
        var got = await hub.Ann.GotAsync($"/experiments/search?filter=name+LIKE+'{mark}%25'&order_by=name+ASC&max_results=10");
        var listed = await hub.Ann.GotAsync("/experiments/list?max_results=1000");

        Assert.Equal($"{mark}-a {mark}-b", Names(posted));
        Assert.Equal(posted.Text, got.Text);
        Assert.Contains($"{mark}-a", listed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_hold_every_experiment_once()
    {
        var mark = $"page{Guid.NewGuid():N}";
        await GivenExperimentsAsync(mark, "a", "b", "c", "d", "e");
        List<string> pages = [];

        for (string? token = null; pages.Count == 0 || token is not null;)
        {
            var page = await hub.Ann.PostedAsync(
                "/experiments/search", new { filter = $"name LIKE '{mark}%'", order_by = new[] { "name DESC" }, max_results = 2, page_token = token });
            pages.Add(Names(page).Replace(mark, "", StringComparison.Ordinal));
            token = (string?)page.Json["next_page_token"];
        }

        Assert.Equal(["-e -d", "-c -b", "-a"], pages);
    }

    [Fact]
    public async Task A_search_with_no_hit_is_an_empty_object()
    {
        var answer = await hub.Ann.PostedAsync("/experiments/search", new { filter = "name = 'nothing bears this name'", max_results = 5 });

        Assert.Equal((200, "{}"), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task The_view_chooses_between_active_deleted_and_all()
    {
        var mark = $"view{Guid.NewGuid():N}";
        var ids = await GivenExperimentsAsync(mark, "kept", "dropped");
        await hub.Ann.CallAsync("/experiments/delete", new { experiment_id = ids[1] });

        Task<Answer> In(string? view) => hub.Ann.PostedAsync(
            "/experiments/search", new { filter = $"name LIKE '{mark}%'", order_by = new[] { "name" }, max_results = 10, view_type = view });

        Assert.Equal($"{mark}-kept", Names(await In(null)));
        Assert.Equal($"{mark}-kept", Names(await In("ACTIVE_ONLY")));
        Assert.Equal($"{mark}-dropped", Names(await In("DELETED_ONLY")));
        Assert.Equal($"{mark}-dropped {mark}-kept", Names(await In("ALL")));
        Assert.Equal($"{mark}-kept", Names(await In("NO_SUCH_VIEW")));
    }

    [Fact]
    public async Task Others_experiments_are_neither_listed_nor_counted()
    {
        var mark = $"mine{Guid.NewGuid():N}";
        await GivenExperimentsAsync(mark, "a", "b");

        var answer = await hub.Bob.PostedAsync("/experiments/search", new { filter = $"name LIKE '{mark}%'", max_results = 1 });

        Assert.Equal("{}", answer.Text);
    }

    [Theory]
    [InlineData("""{"filter":"password = 'x'","max_results":5}""")]
    [InlineData("""{"filter":"name = unquoted","max_results":5}""")]
    [InlineData("""{"filter":"name = 'a'; DROP TABLE runs --","max_results":5}""")]
    [InlineData("""{"order_by":["password_hash"],"max_results":5}""")]
    [InlineData("""{"max_results":-1}""")]
    [InlineData("""{"max_results":50001}""")]
    [InlineData("""{"max_results":2147483648}""")]
    [InlineData("""{"page_token":"garbage!","max_results":5}""")]
    [InlineData("""{"page_token":"eyJvZmZzZXQiOiAzfQ==","max_results":5}""")]
    public async Task A_search_that_makes_no_sense_is_refused(string body)
    {
        var answer = await hub.Ann.PostedAsync("/experiments/search", body);

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }

    private async Task<List<string>> GivenExperimentsAsync(string mark, params string[] names)
    {
        List<string> ids = [];
        foreach (var name in names)
        {
            ids.Add(await hub.Ann.GivenExperimentAsync($"{mark}-{name}"));
        }

        return ids;
    }

    private static string Names(Answer answer) =>
        string.Join(' ', (answer.Json["experiments"]?.AsArray() ?? new JsonArray()).Select(e => (string)e!["name"]!));
}
