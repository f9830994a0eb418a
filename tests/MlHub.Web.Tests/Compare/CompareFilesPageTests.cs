using MlHub.Web.Tests.Account;

namespace MlHub.Web.Tests.Compare;

public sealed class CompareFilesPageTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task Files_that_differ_are_listed_and_one_of_them_is_shown_line_by_line()
    {
        var (_, one, other) = await GivenRunsAsync();

        var page = await PageAsync("ann", $"/compare/files?runs={one},{other}&path=notes.txt");

        Assert.Contains("2 of 3 differ", page, StringComparison.Ordinal);
        Assert.Contains("first &lt;b&gt;", page, StringComparison.Ordinal);
        Assert.Contains("diff-line removed", page, StringComparison.Ordinal);
        Assert.Contains("diff-line added", page, StringComparison.Ordinal);
        Assert.DoesNotContain(">same.txt<", page, StringComparison.Ordinal);
        Assert.Contains(">same.txt<", await PageAsync("ann", $"/compare/files?runs={one},{other}&all=true"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pictures_stand_side_by_side_and_a_file_of_one_run_says_so()
    {
        var (_, one, other) = await GivenRunsAsync();

        Assert.Contains("Only first has this file.", await PageAsync("ann", $"/compare/files?runs={one},{other}&path=only.txt"), StringComparison.Ordinal);
        await PutAsync(one, "plot.png", "1");
        await PutAsync(other, "plot.png", "2");
        var page = await PageAsync("ann", $"/compare/files?runs={one},{other}&path=plot.png");
        Assert.Contains($"/get-artifact?run_id={one}&amp;path=plot.png", page, StringComparison.Ordinal);
        Assert.Contains($"/get-artifact?run_id={other}&amp;path=plot.png", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_of_others_are_not_compared_nor_of_too_many_runs()
    {
        var (_, one, other) = await GivenRunsAsync();

        Assert.DoesNotContain("notes.txt", await PageAsync("bob", $"/compare/files?runs={one},{other}&path=notes.txt"), StringComparison.Ordinal);
        Assert.Contains("cannot be compared", await PageAsync("ann", $"/compare/files?runs={one}"), StringComparison.Ordinal);
        Assert.Contains("2 to 20", await PageAsync("ann", $"/compare/files?runs={string.Join(',', Enumerable.Range(0, 21))}"), StringComparison.Ordinal);
    }

    private async Task<(string Experiment, string One, string Other)> GivenRunsAsync()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"files {Guid.NewGuid():N}");
        var (one, other) = (await hub.Ann.GivenRunAsync(experiment, "first"), await hub.Ann.GivenRunAsync(experiment, "second"));
        await PutAsync(one, "notes.txt", "title\nfirst <b>\n");
        await PutAsync(other, "notes.txt", "title\nsecond\n");
        await PutAsync(one, "same.txt", "same");
        await PutAsync(other, "same.txt", "same");
        await PutAsync(one, "only.txt", "only");
        return (experiment, one, other);
    }

    private async Task PutAsync(string run, string path, string text)
    {
        using var answer = await hub.Ann.PostAsync($"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run}&path={path}", new StringContent(text));
        answer.EnsureSuccessStatusCode();
    }

    private async Task<string> PageAsync(string user, string address)
    {
        using var visitor = new Visitor(hub);
        await visitor.SignInAsync(user);
        return await visitor.Browser.GetStringAsync(address);
    }
}
