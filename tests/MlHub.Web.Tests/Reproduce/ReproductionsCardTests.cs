using Bunit;
using MlHub.DataVersions;
using MlHub.DataVersions.Delta;
using MlHub.Reproduce;
using MlHub.Tracking;
using MlHub.Web.DataVersions;
using MlHub.Web.Reproduce;

namespace MlHub.Web.Tests.Reproduce;

/// <summary>What the cards say, by what they are given.</summary>
public sealed class ReproductionsCardTests : BunitContext
{
    [Fact]
    public void Without_reproductions_the_card_says_how_one_is_told()
    {
        var card = Render<ReproductionsCard>(p => p.Add(c => c.Run, Run("original")).Add(c => c.Found, new ReproductionList([], null)));

        Assert.Contains("mlhub.reproduces", card.Find("code").TextContent, StringComparison.Ordinal);
        Assert.Empty(card.FindAll("a"));
    }

    [Theory]
    [InlineData(Agreement.Equal, "all metrics are equal", "equal", false)]
    [InlineData(Agreement.Close, "all metrics agree within 0.1 %", "close", false)]
    [InlineData(Agreement.Missing, "not all metrics are in both", "missing", true)]
    [InlineData(Agreement.Differs, "1 of 2 metrics differ", "differs", true)]
    public void The_worst_metric_is_the_verdict(Agreement worst, string words, string look, bool open)
    {
        var found = new ReproductionList([new(Run("again"), [new("loss", 1, 2, worst), new("auc", 1, 1, Agreement.Equal)])], Run("first"));

        var card = Render<ReproductionsCard>(p => p.Add(c => c.Run, Run("original")).Add(c => c.Found, found));

        Assert.Equal(words, card.Find($"p .agreement.{look}").TextContent);
        Assert.Equal(open, card.Find("details").HasAttribute("open"));
        Assert.Equal("/compare?runs=original,again", card.Find("header a").GetAttribute("href"));
        Assert.Contains("itself a reproduction of first", card.Find(".card-note").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_of_data_shows_its_columns_and_commits_newest_first()
    {
        var history = new TableHistory(
            [new(4, new(1_764_000_000_000, "WRITE", new Dictionary<string, long> { ["numOutputRows"] = 1200 }), null), new(5, null, null)], 1, null, null);
        var change = new DataChange(new(DataSource.Delta, "/t", 2), new(DataSource.Delta, "/t", 5), [new("beds", null, "long"), new("<b>", "int", "long")], history);

        var line = Render<DataChangeLine>(p => p.Add(c => c.Name, "sales").Add(c => c.Change, change));

        Assert.Equal(["beds", "<b>"], line.FindAll("p code").Select(c => c.TextContent));
        Assert.Contains("version 2 → 5: 3 commits", line.Find("p").TextContent, StringComparison.Ordinal);
        Assert.Equal("3 commits, 1 of them cleaned up from the log", line.FindAll("summary")[1].TextContent);
        Assert.Equal(["5", "4"], line.FindAll("details")[1].QuerySelectorAll("tbody td:first-child").Select(c => c.TextContent));
        Assert.Contains("numOutputRows 1,200", line.Markup, StringComparison.Ordinal);
    }

    private static Run Run(string name) => new() { RunId = name, ExperimentId = 1, Name = name, UserId = "", CreatedBy = "", Status = RunStatus.Finished, StartTime = 0 };
}
