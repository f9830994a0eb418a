using MlHub.Web.Compare;

namespace MlHub.Web.Tests.Compare;

public sealed class RunListTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(1000)]
    public void A_list_of_runs_comes_back_from_an_address_as_it_went(int count)
    {
        List<string> runs = [.. Enumerable.Range(0, count).Select(_ => Guid.NewGuid().ToString("N"))];

        var text = RunList.Write(runs);

        Assert.Equal(runs, RunList.Read(text));
        Assert.True(text.Length < 30_000);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("~")]
    [InlineData("~!!")]
    [InlineData("~AAAA")]
    [InlineData(",,")]
    public void What_cannot_be_read_names_no_run(string? text) => Assert.Empty(RunList.Read(text));
}
