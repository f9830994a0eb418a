using MlHub.Tracking.Search;

namespace MlHub.Core.Tests.Tracking.Search;

public sealed class RunPagesTests : IAsyncLifetime
{
    private readonly SearchDatabase _database = new();

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("metrics.acc DESC")]
    [InlineData("metrics.acc")]
    [InlineData("params.lr DESC")]
    [InlineData("end_time")]
    public async Task No_run_is_skipped_or_repeated_while_others_are_added(string orderBy)
    {
        for (var i = 0; i < 30; i++)
        {
            await GivenAsync($"old{i}", i);
        }

        List<string> seen = [];
        string? token = null;
        do
        {
            (var page, token) = await _database.PageAsync(new([0], OrderBy: orderBy.Length == 0 ? [] : [orderBy], MaxResults: 4, PageToken: token));
            seen.AddRange(page);
            await GivenAsync($"new{seen.Count}", seen.Count);
        }
        while (token is not null && seen.Count < 100);

        Assert.Equal(30, seen.Count(n => n.StartsWith("old", StringComparison.Ordinal)));
        Assert.Equal(seen.Count, seen.Distinct().Count());
    }

    [Fact]
    public async Task Page_token_is_good_for_its_own_search_only()
    {
        var other = await _database.GivenExperimentAsync("other");
        await GivenAsync("a", 1);
        await GivenAsync("b", 2);
        await GivenAsync("c", 3);
        var search = new RunSearch([0], "status = 'RUNNING'", OrderBy: ["metrics.acc"], MaxResults: 1);
        var (_, token) = await _database.PageAsync(search);

        Assert.Equal(["b"], (await _database.PageAsync(search with { PageToken = token })).Names);
        Assert.Equal(["b", "c"], (await _database.PageAsync(search with { PageToken = token, MaxResults = 2 })).Names);
        Assert.Equal(["a"], (await _database.PageAsync(search with { PageToken = "" })).Names);
        await RefusedAsync(search with { PageToken = token, Filter = "status = 'FAILED'" });
        await RefusedAsync(search with { PageToken = token, OrderBy = ["metrics.acc DESC"] });
        await RefusedAsync(search with { PageToken = token, OrderBy = [] });
        await RefusedAsync(search with { PageToken = token, ViewType = ViewType.All });
        await RefusedAsync(search with { PageToken = token, ExperimentIds = [other] });
    }

    [Fact]
    public async Task Damaged_page_token_is_refused()
    {
        await GivenAsync("a", 1);
        await GivenAsync("b", 2);
        var search = new RunSearch([0], OrderBy: ["run_name", "metrics.acc"], MaxResults: 1);
        var (_, token) = await _database.PageAsync(search);
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(token);

        foreach (var wrong in new[] { "x", "!", "eyJvZmZzZXQiOiAxfQ==", token + "AA", token![..^4], new string('A', 1_000_000), "ü", "\0" })
        {
            await RefusedAsync(search with { PageToken = wrong });
        }

        for (var i = 0; i < bytes.Length; i++)
        {
            foreach (var wrong in new byte[] { 0, 1, 2, 3, 0x7f, 0xff })
            {
                var damaged = bytes.ToArray();
                damaged[i] = wrong;
                await ReadOrRefusedAsync(search with { PageToken = System.Buffers.Text.Base64Url.EncodeToString(damaged) });
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(50_001)]
    [InlineData(int.MaxValue)]
    public async Task Impossible_number_of_results_is_refused(int number)
    {
        var refusal = await RefusedAsync(new([0], MaxResults: number));

        Assert.StartsWith($"Invalid value {number} for parameter 'max_results' supplied: It must be at ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Largest_page_and_most_comparisons_are_answered()
    {
        await GivenAsync("a", 1);
        var filter = string.Join(" OR ", Enumerable.Range(0, Limits.FilterComparisons).Select(i => $"metrics.acc > {i}"));
        var nested = string.Concat(Enumerable.Repeat("NOT (metrics.acc > 9 OR ", 15)) + "metrics.acc > 5" + new string(')', 15);
        var many = $"run_id IN ({string.Join(',', Enumerable.Repeat("'x'", 1000))})";

        Assert.Equal(["a"], (await _database.PageAsync(new([0], filter, MaxResults: Limits.SearchRunsMax))).Names);
        Assert.Equal(["a"], (await _database.PageAsync(new([0], nested))).Names);
        Assert.Empty((await _database.PageAsync(new([0], many))).Names);
        Assert.Equal(["a"], (await _database.PageAsync(new([0], OrderBy: [.. Enumerable.Range(0, 16).Select(i => $"metrics.m{i}")]))).Names);
    }

    private Task<long> GivenAsync(string name, int number) => _database.GivenRunAsync(
        name, (number % 3) switch { 0 => "", 1 => $"acc={number % 7}; lr:{number % 5}", _ => "acc=NaN" }, start: number % 11, end: number % 4 == 0 ? null : number);

    private Task<HubException> RefusedAsync(RunSearch search) => Assert.ThrowsAsync<HubException>(() => _database.PageAsync(search));

    private async Task ReadOrRefusedAsync(RunSearch search)
    {
        try
        {
            await _database.PageAsync(search);
        }
        catch (HubException e) when (e.Error == HubError.Invalid)
        {
        }
    }
}
