using MlHub.Tracking.Search;

namespace MlHub.Core.Tests.Tracking.Search;

public sealed class ExperimentQueryTests(ExperimentQueryTests.Experiments experiments) : IClassFixture<ExperimentQueryTests.Experiments>
{
    [Theory]
    [InlineData("", "new middle-b old middle-a")]
    [InlineData("name = 'old'", "old")]
    [InlineData("name LIKE 'Middle%'", "")]
    [InlineData("attribute.name ILIKE 'Middle%'", "middle-b middle-a")]
    [InlineData("tags.team = 'x'", "middle-b")]
    [InlineData("tags.team != 'x'", "old")]
    [InlineData("creation_time > 15 AND last_update_time = 200", "middle-b middle-a")]
    [InlineData("tag.team IS NULL OR name = 'old'", "new old middle-a")]
    [InlineData("", "old new middle-b middle-a", "name DESC")]
    [InlineData("", "middle-a old middle-b new", "creation_time ASC", "experiment_id DESC")]
    [InlineData("", "old middle-b middle-a new", "experiment_id")]
    [InlineData("", "old middle-b new middle-a", "tags.team DESC", "name DESC")]
    [InlineData("", "middle-a middle-b new old", "attributes.name")]
    public async Task Experiments_are_found_in_order(string filter, string names, params string[] orderBy)
    {
        List<string> found = [];
        string? token = null;
        do
        {
            (var page, token) = await experiments.PageAsync(new(filter, OrderBy: orderBy, MaxResults: 3, PageToken: token));
            found.AddRange(page);
        }
        while (token is not null && found.Count < 100);

        Assert.Equal(names, string.Join(' ', found));
    }

    [Fact]
    public async Task Deleted_experiments_are_found_when_asked_for() =>
        Assert.Equal(["gone"], (await experiments.PageAsync(new(ViewType: ViewType.DeletedOnly))).Names);

    [Theory]
    [InlineData("metrics.acc > 1")]
    [InlineData("artifact_location = 'x'")]
    [InlineData("run.name = 'x'")]
    [InlineData("last_update_time > 'x'")]
    public async Task What_experiments_do_not_have_is_refused(string filter) =>
        await Assert.ThrowsAsync<HubException>(() => experiments.PageAsync(new(filter)));

    [Theory]
    [InlineData(0)]
    [InlineData(50_001)]
    [InlineData(long.MaxValue)]
    public async Task Impossible_number_of_results_is_refused(long number) =>
        await Assert.ThrowsAsync<HubException>(() => experiments.PageAsync(new(MaxResults: number)));

    public sealed class Experiments : IAsyncLifetime
    {
        private readonly SearchDatabase _database = new();
        private readonly Dictionary<long, string> _names = [];

        public async ValueTask InitializeAsync()
        {
            await _database.InitializeAsync();
            await GivenAsync("old", 100, 20, tags: ("team", "y"));
            await GivenAsync("middle-b", 200, 30, tags: ("team", "x"));
            await GivenAsync("middle-a", 200, 20);
            await GivenAsync("new", 300, 40);
            await GivenAsync("gone", 50, 50, deleted: true);
        }

        public ValueTask DisposeAsync() => _database.DisposeAsync();

        public async Task<(List<string> Names, string? Next)> PageAsync(ExperimentSearch search)
        {
            await using var db = _database.Open();
            var page = await ExperimentQuery.PageAsync(db, [.. _names.Keys], search, CancellationToken.None);
            return (page.Items.Select(id => _names[id]).ToList(), page.NextPageToken);
        }

        private async Task GivenAsync(string name, long updated, long created, bool deleted = false, params (string, string)[] tags) =>
            _names[await _database.GivenExperimentAsync(name, updated, created, deleted, tags)] = name;
    }
}
