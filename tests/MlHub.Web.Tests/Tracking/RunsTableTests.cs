using Bunit;
using MlHub.Access;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;
using MlHub.Web.Tracking;

namespace MlHub.Web.Tests.Tracking;

public sealed class RunsTableTests : LivePage
{
    [Fact]
    public async Task Runs_are_shown_with_status_and_latest_metrics()
    {
        var experiment = await GivenExperimentAsync();
        await GivenRunAsync(experiment.Id, "first", new Metric("loss", 0.5, 1, 1), new Metric("loss", 0.25, 2, 2), new Metric("odd", double.NaN, 1, 1));

        var table = RenderTable(experiment);

        var row = table.WaitForElement("tbody tr");
        Assert.Contains("first", row.TextContent);
        Assert.Equal("Running", row.QuerySelector(".chip.running")!.TextContent);
        Assert.Contains("0.25", row.TextContent);
        Assert.Equal("NaN", row.QuerySelector(".odd")!.TextContent);
    }

    [Fact]
    public async Task A_run_started_elsewhere_and_its_metrics_appear_without_a_reload()
    {
        var experiment = await GivenExperimentAsync();
        var table = RenderTable(experiment);
        table.WaitForAssertion(() => Assert.Contains("Waiting for the first run", table.Markup));

        var run = await GivenRunAsync(experiment.Id, "late");
        table.WaitForAssertion(() => Assert.Contains("late", table.Find("tbody tr").TextContent), TimeSpan.FromSeconds(10));
        await LogAsync(run, new Metric("loss", 0.125, 1, 1));

        table.WaitForAssertion(() => Assert.Equal("0.125", table.Find("tbody .fresh").TextContent), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_wrong_filter_is_explained_with_a_mark_at_the_place()
    {
        var experiment = await GivenExperimentAsync();

        var table = RenderTable(experiment, new() { Filter = "metrics.loss < and" });

        var refusal = table.WaitForElement(".filter-refusal");
        Assert.Contains("character 16", refusal.TextContent);
        Assert.EndsWith(new string(' ', 15) + "^", refusal.QuerySelector("pre")!.TextContent);
        Assert.Equal("true", table.Find("input[name=filter]").GetAttribute("aria-invalid"));
    }

    [Fact]
    public async Task Selected_runs_can_be_deleted_and_brought_back()
    {
        var experiment = await GivenExperimentAsync();
        await GivenRunAsync(experiment.Id, "unloved");
        var table = RenderTable(experiment);

        table.WaitForElement("tbody .pick input").Change(true);
        table.Find(".selection .danger").Click();
        table.WaitForAssertion(() => Assert.Contains("1 run deleted", table.Find(".notice.good").TextContent));
        table.Find(".notice.good button").Click();

        table.WaitForAssertion(() => Assert.Contains("unloved", table.Find("tbody tr").TextContent));
    }

    [Fact]
    public async Task Who_may_only_read_is_offered_no_change()
    {
        var experiment = await GivenExperimentAsync();
        await GivenRunAsync(experiment.Id, "first");

        var table = RenderTable(experiment, canEdit: false);

        table.WaitForElement("tbody tr");
        Assert.Empty(table.FindAll("input[type=checkbox][aria-label^=Select]"));
    }

    [Fact]
    public async Task Names_are_shown_as_they_are_written()
    {
        var experiment = await GivenExperimentAsync();
        await GivenRunAsync(experiment.Id, "<img src=x onerror=alert(1)>");

        var table = RenderTable(experiment);

        Assert.Contains("<img src=x onerror=alert(1)>", table.WaitForElement("tbody .run-name a").TextContent);
        Assert.Empty(table.FindAll("img"));
    }

    private IRenderedComponent<RunsTable> RenderTable(Experiment experiment, RunsQuery? query = null, bool canEdit = true) =>
        RenderAs<RunsTable>(Ann, p => p.Add(c => c.ExperimentId, experiment.Id).Add(c => c.Query, query ?? new()).Add(c => c.CanEdit, canEdit));
}
