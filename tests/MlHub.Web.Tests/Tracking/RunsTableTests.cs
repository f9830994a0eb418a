using Bunit;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;
using MlHub.Web.Tracking.Table;

namespace MlHub.Web.Tests.Tracking;

/// <summary>The table as the server sends it first, and the part that acts on what is selected in it.</summary>
public sealed class RunsTableTests : LivePage
{
    [Fact]
    public async Task Runs_are_shown_with_status_and_latest_metrics()
    {
        var experiment = await GivenExperimentAsync();
        await GivenRunAsync(experiment.Id, "first", new Metric("loss", 0.5, 1, 1), new Metric("loss", 0.25, 2, 2), new Metric("odd", double.NaN, 1, 1));

        var row = RenderTable(experiment).Find("tbody tr");

        Assert.Contains("first", row.TextContent);
        Assert.Equal("Running", row.QuerySelector(".chip.running")!.TextContent);
        Assert.Contains("0.25", row.TextContent);
        Assert.NotNull(row.QuerySelector(".course polyline"));
        Assert.Equal("NaN", row.QuerySelector(".odd")!.TextContent);
    }

    [Fact]
    public async Task A_wrong_filter_is_explained_with_a_mark_at_the_place()
    {
        var table = RenderTable(await GivenExperimentAsync(), new() { Filter = "metrics.loss < and" });

        var refusal = table.Find(".filter-refusal");
        Assert.Contains("character 16", refusal.TextContent);
        Assert.EndsWith(new string(' ', 15) + "^", refusal.QuerySelector("pre")!.TextContent);
        Assert.Equal("true", table.Find("input[name=filter]").GetAttribute("aria-invalid"));
    }

    [Fact]
    public async Task Names_are_shown_as_they_are_written()
    {
        var experiment = await GivenExperimentAsync();
        await GivenRunAsync(experiment.Id, "<img src=x onerror=alert(1)>");

        var table = RenderTable(experiment);

        Assert.Contains("<img src=x onerror=alert(1)>", table.Find("tbody .run-name a").TextContent);
        Assert.Empty(table.FindAll("img"));
    }

    [Fact]
    public async Task Nested_runs_wait_below_their_parents_until_somebody_asks_for_an_order()
    {
        var experiment = await GivenExperimentAsync();
        var root = await GivenRunAsync(experiment.Id, "root");
        await The<Runs>().CreateAsync(Ann, new(experiment.Id, "child", "ann", null, [new(RunFamilies.ParentTag, root.RunId)]), default);

        Assert.Equal(["root"], Names(RenderTable(experiment)));
        Assert.Single(RenderTable(experiment).FindAll("[aria-label='Runs nested in root']"));
        Assert.Equal(["child", "root"], Names(RenderTable(experiment, new() { OrderBy = "attributes.run_name ASC" })));
    }

    [Fact]
    public async Task Groups_tell_mean_and_deviation_of_their_runs()
    {
        var experiment = await GivenExperimentAsync();
        foreach (var (value, loss) in new[] { ("a", 1d), ("a", 3), ("b", 10), ("a", double.NaN) })
        {
            var run = await GivenRunAsync(experiment.Id, $"{value}{loss}", new Metric("loss", loss, 1, 1));
            await The<RunLogs>().AppendAsync(Ann, run.RunId, new([], [new("model", value)], []), default);
        }

        var rows = RenderTable(experiment, new() { Group = "params.model" }).FindAll("tbody tr");

        Assert.Equal(["a 3 2 ± 1.4", "b 1 10"], rows.Select(r => $"{r.QuerySelector(".group-value")!.TextContent} {r.QuerySelector(".count")!.TextContent} {string.Join(' ', r.QuerySelector("td.right")!.TextContent.Split(' ', '\n').Where(t => t.Length > 0))}"));
    }

    [Fact]
    public async Task Columns_in_sight_are_filled_and_the_others_wait()
    {
        var experiment = await GivenExperimentAsync();
        await GivenRunAsync(experiment.Id, "wide", [.. Enumerable.Range(0, 40).Select(i => new Metric($"m{i:00}", i, 1, 1))]);

        var table = RenderTable(experiment, new() { Columns = [.. Enumerable.Range(0, 40).Select(i => $"metrics.m{i:00}")], PinnedColumns = ["metrics.m39"] });

        Assert.Equal(40, table.FindAll("th[data-col]").Count);
        Assert.Equal("39", table.Find("tbody td.p0").TextContent.Trim());
        Assert.Equal(1 + TableLayout.ColumnsAtOnce, table.FindAll("tbody td.num").Count);
        Assert.Equal("15", table.Find("tbody td[colspan]").GetAttribute("colspan"));
    }

    [Fact]
    public async Task Selected_runs_can_be_deleted_and_brought_back()
    {
        var run = await GivenRunAsync((await GivenExperimentAsync()).Id, "unloved");
        var actions = RenderActions(run, canEdit: true);

        await SelectAsync(actions, run.RunId);
        await actions.InvokeAsync(() => actions.Find(".selection .danger").Click());
        actions.WaitForAssertion(() => Assert.Contains("1 run deleted", actions.Find(".notice.good").TextContent));
        Assert.Empty(actions.FindAll(".selection"));
        Assert.True((await The<RunSearches>().GetAsync(Ann, run.RunId, default)).Run.IsDeleted);
        await actions.InvokeAsync(() => actions.Find(".notice.good button").Click());

        actions.WaitForAssertion(() => Assert.Contains("1 run restored", actions.Find(".notice.good").TextContent));
        Assert.False((await The<RunSearches>().GetAsync(Ann, run.RunId, default)).Run.IsDeleted);
    }

    [Fact]
    public async Task A_tag_is_set_on_all_that_are_selected()
    {
        var experiment = await GivenExperimentAsync();
        var (first, second) = (await GivenRunAsync(experiment.Id, "first"), await GivenRunAsync(experiment.Id, "second"));
        var actions = RenderActions(first, canEdit: true);

        await SelectAsync(actions, $"{first.RunId},{second.RunId}");
        await actions.InvokeAsync(() => actions.FindAll(".selection .button").First(b => b.TextContent == "Tag").Click());
        await actions.InvokeAsync(() => actions.FindAll(".tag-form input")[0].Change("team"));
        await actions.InvokeAsync(() => actions.FindAll(".tag-form input")[1].Change("vision"));
        await actions.InvokeAsync(() => actions.Find(".tag-form").Submit());

        actions.WaitForAssertion(() => Assert.Contains("team is set on 2 runs", actions.Find(".notice.good").TextContent));
        Assert.Equal("vision", (await The<RunSearches>().TagsAsync(Ann, second.RunId, default)).Single(t => t.Key == "team").Value);
    }

    [Fact]
    public async Task Who_may_only_read_compares_and_copies()
    {
        var experiment = await GivenExperimentAsync();
        var (first, second) = (await GivenRunAsync(experiment.Id, "first"), await GivenRunAsync(experiment.Id, "second"));
        var actions = RenderActions(first, canEdit: false);

        await SelectAsync(actions, $"{first.RunId},{second.RunId}");

        Assert.Equal(["Compare", "Copy", "Clear"], actions.FindAll(".selection .button").Select(b => b.TextContent));
    }

    [Fact]
    public async Task Whatever_changes_in_the_experiment_is_told_to_the_page()
    {
        var run = await GivenRunAsync((await GivenExperimentAsync()).Id, "first");
        var actions = RenderActions(run, canEdit: true);
        var before = actions.Find("[data-pulse]").GetAttribute("data-pulse");

        await LogAsync(run, new Metric("loss", 0.125, 1, 1));

        actions.WaitForAssertion(() => Assert.NotEqual(before, actions.Find("[data-pulse]").GetAttribute("data-pulse")));
    }

    /// <summary>Between finding and changing, the table may be told of something.</summary>
    private static async Task SelectAsync(IRenderedComponent<RunsActions> actions, string runs)
    {
        await actions.InvokeAsync(() => actions.Find("[data-selected]").Change(runs));
        actions.WaitForElement(".selection");
    }

    private static IEnumerable<string> Names(IRenderedComponent<RunsTable> table) => table.FindAll("tbody .run-name a").Select(a => a.TextContent);

    private IRenderedComponent<RunsTable> RenderTable(Experiment experiment, RunsQuery? query = null)
    {
        var table = RenderAs<RunsTable>(Ann, p => p.Add(c => c.ExperimentId, experiment.Id).Add(c => c.Query, query ?? new()).Add(c => c.CanEdit, true));
        table.WaitForElement(".runs-toolbar");
        return table;
    }

    private IRenderedComponent<RunsActions> RenderActions(Run run, bool canEdit) =>
        RenderAs<RunsActions>(Ann, p => p.Add(c => c.ExperimentId, run.ExperimentId).Add(c => c.CanEdit, canEdit));
}
