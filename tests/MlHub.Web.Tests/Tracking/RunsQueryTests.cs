using MlHub.Tracking.Table;
using MlHub.Web.Shell;
using MlHub.Web.Tracking.Table;

namespace MlHub.Web.Tests.Tracking;

public sealed class RunsQueryTests
{
    private static readonly RunsQuery Full = new()
    {
        Filter = "metrics.a < 1",
        OrderBy = "metrics.a DESC",
        Columns = ["metrics.a", "params.b c"],
        Fixed = ["status"],
        PinnedColumns = ["metrics.a"],
        PinnedRuns = ["r1", "r2"],
        Group = "params.b c",
        Nest = true,
        Sparklines = false,
        Deleted = true,
        Saved = "-",
    };

    [Fact]
    public void The_address_says_all_that_the_table_shows()
    {
        var url = HubUrls.Experiment(7, Full);

        Assert.Equal(
            "/experiments/7?filter=metrics.a%20%3C%201&order_by=metrics.a%20DESC&cols=metrics.a&cols=params.b%20c&fixed=status&pin=metrics.a&pinned=r1&pinned=r2"
            + "&group=params.b%20c&nest=1&lines=0&view=deleted&saved=-",
            url);
        Assert.Equal(url, HubUrls.Experiment(7, RunsQuery.Read(url[url.IndexOf('?', StringComparison.Ordinal)..])));
    }

    [Fact]
    public void A_saved_view_keeps_all_but_its_own_name_and_the_place_in_the_list()
    {
        var state = (Full with { PageToken = "t" }).ToState();

        Assert.Equal((Full with { Saved = null }).ToState(), RunsQuery.Read(state).ToState());
        Assert.DoesNotContain("saved", state, StringComparison.Ordinal);
        Assert.DoesNotContain("page", state, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_sorts_down_then_up_then_not_at_all()
    {
        var down = new RunsQuery { OrderBy = new RunsQuery().NextOrder("metrics.a") };
        var up = new RunsQuery { OrderBy = down.NextOrder("metrics.a") };

        Assert.Equal(("metrics.a DESC", "metrics.a ASC", null), (down.OrderBy, up.OrderBy, up.NextOrder("metrics.a")));
    }

    [Theory]
    [InlineData("?cols=metrics.a&cols=metrics.b&drop=metrics.a", "metrics.b")]
    [InlineData("?cols=metrics.a&drop=metrics.a", "-")]
    [InlineData("?cols=metrics.a", "metrics.a")]
    public void A_column_that_is_hidden_leaves_the_others(string asked, string left) => Assert.Equal([left], RunsQuery.Read(asked).Columns);

    [Fact]
    public void Few_columns_and_runs_are_pinned_and_hiding_lets_go()
    {
        Assert.Equal(["b", "c", "d"], RunsQuery.Read("?pin=a&pin=b&pin=c&pin=d").PinnedColumns);
        Assert.Equal(["a"], RunsQuery.Read("?pin=a&pin=b&unpin=b").PinnedColumns);
        Assert.Equal(Limits.PinnedRuns, RunsQuery.Read(string.Concat(Enumerable.Range(0, 9).Select(i => $"&pinned={i}"))).PinnedRuns.Count);
    }

    [Fact]
    public void Families_are_folded_unless_somebody_asks_for_an_order_or_for_some_of_the_runs()
    {
        Assert.True(new RunsQuery().IsTree);
        Assert.False(new RunsQuery { OrderBy = "metrics.a" }.IsTree);
        Assert.False(new RunsQuery { Filter = "metrics.a > 0" }.IsTree);
        Assert.True(new RunsQuery { Filter = "metrics.a > 0", Nest = true }.IsTree);
        Assert.False(new RunsQuery { Nest = true, Group = "params.a" }.IsTree);
    }

    [Theory]
    [InlineData("metrics.loss", "metrics.loss")]
    [InlineData("metrics.val/loss", "metrics.`val/loss`")]
    [InlineData("params.a.b", "params.`a.b`")]
    public void Keys_that_are_no_plain_words_are_quoted_for_the_search(string column, string field) =>
        Assert.Equal(field, ShownColumn.ParseOrNull(column)!.Field);
}
