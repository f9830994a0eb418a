using MlHub.Tracking.Search;

namespace MlHub.Core.Tests.Tracking.Search;

public sealed class RunOrderTests(RunOrderTests.Runs runs) : IClassFixture<RunOrderTests.Runs>
{
    [Theory]
    [InlineData("", "late tie2 tie1 inf nan2 nan1 low high none")]
    [InlineData("metrics.acc DESC", "inf high tie2 tie1 low nan2 nan1 late none")]
    [InlineData("metrics.acc", "low tie2 tie1 high inf nan2 nan1 late none")]
    [InlineData("metric.`acc` asc", "low tie2 tie1 high inf nan2 nan1 late none")]
    [InlineData("metrics.none", "late tie2 tie1 inf nan2 nan1 low high none")]
    [InlineData("params.lr", "low high late tie2 tie1 inf nan2 nan1 none")]
    [InlineData("params.lr DESC", "high low late tie2 tie1 inf nan2 nan1 none")]
    [InlineData("tags.`my.team` DESC", "none late tie2 tie1 inf nan2 nan1 low high")]
    [InlineData("attributes.start_time ASC", "none high low nan1 nan2 inf tie1 tie2 late")]
    [InlineData("Created DESC", "late tie2 tie1 inf nan2 nan1 low high none")]
    [InlineData("end_time", "high low late tie2 tie1 inf nan2 nan1 none")]
    [InlineData("end_time DESC", "low high late tie2 tie1 inf nan2 nan1 none")]
    [InlineData("run_name DESC", "tie2 tie1 none nan2 nan1 low late inf high")]
    [InlineData("metrics.acc DESC|metrics.loss", "inf high tie1 tie2 low nan1 nan2 late none")]
    [InlineData("metrics.acc DESC|start_time", "inf high tie1 tie2 low nan1 nan2 none late")]
    [InlineData("start_time|run_id|end_time", "none high low nan1 nan2 inf tie1 tie2 late")]
    [InlineData("status|metrics.acc", "low tie2 tie1 high inf nan2 nan1 late none")]
    public async Task Runs_come_in_order(string orderBy, string names)
    {
        string[] terms = orderBy.Length == 0 ? [] : orderBy.Split('|');

        var (all, _) = await runs.Database.PageAsync(new([0], OrderBy: terms));
        Assert.Equal(names, string.Join(' ', all));

        foreach (var size in new[] { 1, 2, 4 })
        {
            Assert.Equal(names, string.Join(' ', await PageByPageAsync(terms, size)));
        }
    }

    private async Task<List<string>> PageByPageAsync(string[] terms, int size)
    {
        List<string> names = [];
        string? token = null;
        do
        {
            (var page, token) = await runs.Database.PageAsync(new([0], OrderBy: terms, MaxResults: size, PageToken: token));
            Assert.True(page.Count == size || token is null);
            names.AddRange(page);
        }
        while (token is not null && names.Count < 100);
        return names;
    }

    public sealed class Runs : IAsyncLifetime
    {
        public SearchDatabase Database { get; } = new();

        public async ValueTask InitializeAsync()
        {
            await Database.InitializeAsync();
            await Database.GivenRunAsync("none", "my.team#b", start: 1);
            await Database.GivenRunAsync("high", "acc=0.9; lr:'b'", start: 2, end: 10);
            await Database.GivenRunAsync("low", "acc=-3; lr:'B'", start: 3, end: 20);
            await Database.GivenRunAsync("nan1", "acc=NaN; loss=1", start: 4);
            await Database.GivenRunAsync("nan2", "acc=NaN; loss=NaN", start: 5);
            await Database.GivenRunAsync("inf", "acc=Infinity", start: 6);
            await Database.GivenRunAsync("tie1", "acc=0; loss=1", start: 7);
            await Database.GivenRunAsync("tie2", "acc=0; loss=2", start: 8);
            await Database.GivenRunAsync("late", start: 9);
        }

        public ValueTask DisposeAsync() => Database.DisposeAsync();
    }
}
