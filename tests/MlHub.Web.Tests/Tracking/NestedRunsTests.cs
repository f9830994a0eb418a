using Bunit;
using MlHub.Tracking;
using MlHub.Web.Tracking;

namespace MlHub.Web.Tests.Tracking;

/// <summary>The runs table, where runs lie within runs.</summary>
public sealed class NestedRunsTests : LivePage
{
    [Fact]
    public async Task Nested_runs_lie_below_their_parents_however_deep()
    {
        var experiment = await GivenFamilyAsync();
        var table = Render(experiment, new());

        table.WaitForAssertion(() => Assert.Equal(["d0 root"], Rows(table)));
        table.Find("[aria-label='Runs nested in root']").Click();
        table.WaitForAssertion(() => Assert.Equal(["d0 root", "d1 child"], Rows(table)));
        table.Find("[aria-label='Runs nested in child']").Click();
        table.WaitForAssertion(() => Assert.Equal(["d0 root", "d1 child", "d2 grandchild"], Rows(table)));
        table.Find("[aria-label='Runs nested in root']").Click();

        table.WaitForAssertion(() => Assert.Equal(["d0 root"], Rows(table)));
    }

    [Fact]
    public async Task Who_asks_for_an_order_or_for_some_of_the_runs_gets_nested_ones_too()
    {
        var experiment = await GivenFamilyAsync();

        var ordered = Render(experiment, new() { OrderBy = "attributes.run_name ASC" });
        var filtered = Render(experiment, new() { Filter = "attributes.run_name LIKE '%child'", OrderBy = "attributes.run_name ASC" });

        ordered.WaitForAssertion(() => Assert.Equal(["d0 child", "d0 grandchild", "d0 root"], Rows(ordered)));
        filtered.WaitForAssertion(() => Assert.Equal(["d0 child", "d0 grandchild"], Rows(filtered)));
    }

    [Fact]
    public async Task All_of_the_page_are_those_that_are_seen()
    {
        var table = Render(await GivenFamilyAsync(), new());

        table.WaitForElement("thead .pick input").Change(true);

        Assert.Equal("1 selected", table.Find(".selection span").TextContent);
    }

    [Fact]
    public async Task Runs_nested_in_one_another_in_a_circle_are_shown()
    {
        var experiment = await GivenExperimentAsync();
        var first = await GivenRunAsync(experiment.Id, "first");
        var second = await GivenChildAsync(experiment.Id, "second", first);
        await The<RunLogs>().AppendAsync(Ann, first.RunId, new([], [], [new(RunFamilies.ParentTag, second.RunId)]), default);

        var table = Render(experiment, new());

        table.WaitForAssertion(() => Assert.Equal(["d0 first", "d0 second"], Rows(table).Order()));
    }

    private async Task<Experiment> GivenFamilyAsync()
    {
        var experiment = await GivenExperimentAsync();
        var child = await GivenChildAsync(experiment.Id, "child", await GivenRunAsync(experiment.Id, "root"));
        await GivenChildAsync(experiment.Id, "grandchild", child);
        return experiment;
    }

    private async Task<Run> GivenChildAsync(long experimentId, string name, Run parent) =>
        (await The<Runs>().CreateAsync(Ann, new(experimentId, name, "ann", null, [new(RunFamilies.ParentTag, parent.RunId)]), default)).Run;

    private static IEnumerable<string> Rows(IRenderedComponent<RunsTable> table) =>
        table.FindAll("tbody .run-name").Select(n => $"{n.ClassList[n.ClassList.Length - 1]} {n.QuerySelector("a")!.TextContent}");

    private IRenderedComponent<RunsTable> Render(Experiment experiment, RunsQuery query) =>
        RenderAs<RunsTable>(Ann, p => p.Add(c => c.ExperimentId, experiment.Id).Add(c => c.Query, query).Add(c => c.CanEdit, true));
}
