using MlHub.Web.Shell;
using MlHub.Web.Tracking;

namespace MlHub.Web.Tests.Tracking;

public sealed class RunsQueryTests
{
    [Fact]
    public void The_address_says_all_that_the_table_shows()
    {
        var url = HubUrls.Experiment(7, new() { Filter = "metrics.a < 1", OrderBy = "metrics.a DESC", Columns = ["metrics.a", "params.b c"], Deleted = true });

        Assert.Equal("/experiments/7?filter=metrics.a%20%3C%201&order_by=metrics.a%20DESC&cols=metrics.a&cols=params.b%20c&view=deleted", url);
    }

    [Fact]
    public void A_header_sorts_down_then_up_then_not_at_all()
    {
        var down = new RunsQuery().Sorted("metrics.a");
        var up = down.Sorted("metrics.a");

        Assert.Equal(("metrics.a DESC", "metrics.a ASC", null), (down.OrderBy, up.OrderBy, up.Sorted("metrics.a").OrderBy));
    }

    [Fact]
    public void Another_order_or_filter_begins_at_the_first_page()
    {
        var second = new RunsQuery().NextPage("token");

        Assert.Equal((2, "token"), (second.Page, second.PageToken));
        Assert.Null(second.Sorted("metrics.a").PageToken);
        Assert.Null(second.Filtered("x").PageToken);
    }

    [Theory]
    [InlineData("metrics.loss", "metrics.loss")]
    [InlineData("metrics.val/loss", "metrics.`val/loss`")]
    [InlineData("params.a.b", "params.`a.b`")]
    public void Keys_that_are_no_plain_words_are_quoted_for_the_search(string column, string field) =>
        Assert.Equal(field, ShownColumn.ParseOrNull(column)!.Field);
}
