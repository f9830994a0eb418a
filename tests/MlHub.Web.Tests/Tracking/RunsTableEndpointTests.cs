using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MlHub.Web.Tests.Account;

namespace MlHub.Web.Tests.Tracking;

/// <summary>What the page's script asks for.</summary>
public sealed partial class RunsTableEndpointTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task Rows_are_found_by_place_and_by_the_page_before_alike_until_the_last()
    {
        var experiment = await GivenSweepAsync(120);
        using var ann = await SignedInAsync();

        foreach (var order in (string[])["", "&order_by=metrics.m DESC", "&order_by=params.p ASC", "&order_by=metrics.half ASC"])
        {
            var first = await RowsAsync(ann, $"{experiment}{order}");
            var second = await RowsAsync(ann, $"{experiment}{order}&page_token={first.Next}");
            var skipped = await RowsAsync(ann, $"{experiment}{order}&skip=50");
            var last = await RowsAsync(ann, $"{experiment}{order}&skip=100");

            Assert.Equal((50, 50, 20, null), (first.Names.Count, second.Names.Count, last.Names.Count, last.Next));
            Assert.Equal(second.Names, skipped.Names);
            Assert.Equal(120, first.Names.Concat(second.Names).Concat(last.Names).Distinct().Count());
        }
    }

    [Fact]
    public async Task NaN_comes_after_all_numbers_and_missing_ones_last()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        foreach (var (name, value) in new (string, object?)[] { ("none", null), ("nan", "NaN"), ("big", 5), ("small", -5), ("inf", "Infinity") })
        {
            var run = await hub.Ann.GivenRunAsync(experiment, name);
            await (value is null ? Task.CompletedTask : hub.Ann.CallAsync("/runs/log-metric", new { run_id = run, key = "m", value, timestamp = 1 }));
        }

        using var ann = await SignedInAsync();

        Assert.Equal(["small", "big", "inf", "nan", "none"], (await RowsAsync(ann, $"{experiment}&order_by=metrics.m ASC")).Names);
        Assert.Equal(["inf", "big", "small", "nan", "none"], (await RowsAsync(ann, $"{experiment}&order_by=metrics.m DESC")).Names);
        Assert.Equal(["nan", "none"], (await RowsAsync(ann, $"{experiment}&order_by=metrics.m DESC&skip=3")).Names);
        Assert.Equal(["none"], (await RowsAsync(ann, $"{experiment}&order_by=metrics.m DESC&skip=4")).Names);
    }

    [Fact]
    public async Task Families_are_a_tree_of_any_depth_read_level_by_level()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        var root = await hub.Ann.GivenRunAsync(experiment, "root");
        var child = await ChildAsync(experiment, root, "child");
        var grandchild = await ChildAsync(experiment, child, "grandchild");
        var orphan = await ChildAsync(experiment, "gone", "orphan");
        var (one, other) = (await hub.Ann.GivenRunAsync(experiment, "one"), await hub.Ann.GivenRunAsync(experiment, "other"));
        await TagAsync(one, other);
        await TagAsync(other, one);
        await TagAsync(orphan, orphan);
        using var ann = await SignedInAsync();

        Assert.Equal(["one", "orphan", "other", "root"], (await RowsAsync(ann, experiment)).Names.Order());
        Assert.Equal(["child"], (await RowsAsync(ann, $"{experiment}&below={root}")).Names);
        Assert.Equal(["grandchild"], (await RowsAsync(ann, $"{experiment}&below={child}")).Names);
        Assert.Empty((await RowsAsync(ann, $"{experiment}&below={grandchild}")).Names);
        Assert.Equal(4, (int)(await CountAsync(ann, experiment))["runs"]!);
        Assert.Equal(6, (int)(await CountAsync(ann, $"{experiment}&nest=0"))["runs"]!);
        await hub.Ann.CallAsync("/runs/delete", new { run_id = root });
        Assert.Contains("child", (await RowsAsync(ann, experiment)).Names);
    }

    [Fact]
    public async Task A_group_opens_to_its_runs_within_the_filter()
    {
        var experiment = await GivenSweepAsync(12);
        using var ann = await SignedInAsync();

        Assert.Equal(4, (await RowsAsync(ann, $"{experiment}&group=params.p&value=it's 1")).Names.Count);
        Assert.Equal(["run 10"], (await RowsAsync(ann, $"{experiment}&group=params.p&value=it's 1&filter=metrics.m > 9")).Names);
        Assert.Empty((await RowsAsync(ann, $"{experiment}&group=params.p&without=1")).Names);
        Assert.Equal(12, (await RowsAsync(ann, $"{experiment}&group=tags.none&without=1")).Names.Count);
    }

    [Fact]
    public async Task Thousands_of_keys_are_searched_on_the_server()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        for (var batch = 0; batch < 3; batch++)
        {
            await hub.Ann.CallAsync("/runs/log-batch", new { run_id = run, metrics = Enumerable.Range(0, 1000).Select(i => new { key = $"layer/{batch}-{i:000}", value = i, timestamp = 1 }) });
        }

        using var ann = await SignedInAsync();

        var found = (await ann.GetAsync($"/runs-table/columns?experiment_id={experiment}&text=2-99")).Html;
        var page = (await ann.GetAsync($"/experiments/{experiment}")).Html;

        Assert.Equal(10, Regex.Count(found, "value=\"metrics.layer/2-99[0-9]\""));
        Assert.True(page.Length < 150_000, $"{page.Length}");
        Assert.DoesNotContain("layer/2-999", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "metrics.")]
    [InlineData("me", "metrics.")]
    [InlineData("metrics.", "metrics.m")]
    [InlineData("metrics.ha", "metrics.half")]
    [InlineData("metrics.m ", "BETWEEN")]
    [InlineData("params.p ", "ILIKE")]
    [InlineData("params.p = '", "'it''s 1'")]
    [InlineData("attributes.status = 'F", "'FAILED'")]
    [InlineData("metrics.m > 1 ", "AND")]
    [InlineData("metrics.m > 1 a", "AND")]
    [InlineData("NOT (metrics.m > 1 or par", "params.")]
    [InlineData("metrics.m IS ", "NOT NAN")]
    [InlineData("params.p IN ('x', ", "'it''s 2'")]
    [InlineData("metrics.m BETWEEN 1 AND 2 ", "OR")]
    public async Task The_filter_says_what_may_come_next(string typed, string expected)
    {
        var experiment = await GivenSweepAsync(3);
        using var ann = await SignedInAsync();

        var words = JsonNode.Parse((await ann.GetAsync($"/runs-table/words?experiment_id={experiment}&text={Uri.EscapeDataString(typed)}")).Html)!;

        Assert.Contains(expected, words["words"]!.AsArray().Select(w => (string?)w!["text"]));
    }

    [Fact]
    public async Task Nothing_is_told_of_an_experiment_that_one_may_not_read()
    {
        var experiment = await GivenSweepAsync(3);
        using var bob = new Visitor(hub);
        await bob.SignInAsync("bob");

        foreach (var call in (string[])["rows", "count", "columns", "words", "export"])
        {
            var hidden = await bob.GetAsync($"/runs-table/{call}?experiment_id={experiment}&text=m&format=csv");
            var absent = await bob.GetAsync($"/runs-table/{call}?experiment_id=987654&text=m&format=csv");
            Assert.Equal((404, absent.Status, absent.Html.Replace("987654", experiment, StringComparison.Ordinal)), (hidden.Status, hidden.Status, hidden.Html));
        }
    }

    [Fact]
    public async Task What_cannot_be_asked_is_refused()
    {
        var experiment = await GivenSweepAsync(1);
        using var ann = await SignedInAsync();

        foreach (var wrong in (string[])["filter=metrics.m <", "order_by=nothing.x", "page_token=x", "group=params.p&filter=("])
        {
            Assert.Equal(400, (await ann.GetAsync($"/runs-table/rows?experiment_id={experiment}&{wrong}")).Status);
        }
    }

    private async Task<string> GivenSweepAsync(int runs)
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        for (var i = 0; i < runs; i++)
        {
            var run = await hub.Ann.GivenRunAsync(experiment, $"run {i}");
            List<object> metrics = [new { key = "m", value = i, timestamp = 1 }];
            if (i % 2 == 0)
            {
                metrics.Add(new { key = "half", value = i / 4, timestamp = 1 });
            }

            await hub.Ann.CallAsync("/runs/log-batch", new { run_id = run, metrics, @params = new[] { new { key = "p", value = $"it's {i % 3}" } } });
        }

        return experiment;
    }

    private async Task<string> ChildAsync(string experiment, string parent, string name)
    {
        var run = await hub.Ann.GivenRunAsync(experiment, name);
        await TagAsync(run, parent);
        return run;
    }

    private Task<JsonObject> TagAsync(string run, string parent) => hub.Ann.CallAsync("/runs/set-tag", new { run_id = run, key = "mlflow.parentRunId", value = parent });

    private async Task<Visitor> SignedInAsync()
    {
        var ann = new Visitor(hub);
        await ann.SignInAsync("ann");
        return ann;
    }

    private static async Task<(List<string> Names, string? Next)> RowsAsync(Visitor who, string query)
    {
        using var answer = await who.Browser.GetAsync($"/runs-table/rows?experiment_id={query}");
        var html = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, html);
        return ([.. Name().Matches(html).Select(m => m.Groups[1].Value)], answer.Headers.TryGetValues("X-Next-Page", out var next) ? next.Single() : null);
    }

    private static async Task<JsonNode> CountAsync(Visitor who, string query) => JsonNode.Parse((await who.GetAsync($"/runs-table/count?experiment_id={query}")).Html)!;

    [GeneratedRegex("data-name=\"([^\"]*)\"")]
    private static partial Regex Name();
}
