using MlHub.Tracking;

namespace MlHub.Core.Tests.Tracking.Search;

public sealed class RunReaderTests : IAsyncLifetime
{
    private readonly SearchDatabase _database = new();

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Runs_are_read_whole_and_in_the_order_of_their_keys()
    {
        var bare = await _database.GivenRunAsync("bare", start: 5);
        var full = await _database.GivenRunAsync(
            "full", "z=1.5; a=NaN; B=Infinity; m=-Infinity; zero=0; q:'2'; P:'1'; t#v; S#w; data@d9(training); more@d1",
            status: RunStatus.Finished, start: 7, end: 9, user: "bob", deleted: true, runId: "ffff");

        var runs = await ReadAsync(full, 999_999, bare);

        Assert.Equal(["full", "bare"], runs.Select(r => r.Run.Name));
        var run = runs[0].Run;
        Assert.Equal(
            (full, "ffff", 0L, "bob", "caller", RunStatus.Finished, 7L, 9L, true, null),
            (run.Key, run.RunId, run.ExperimentId, run.UserId, run.CreatedBy, run.Status, run.StartTime, run.EndTime, run.IsDeleted, run.DeletedAt));
        Assert.Equal(
            [("B", double.PositiveInfinity), ("a", double.NaN), ("m", double.NegativeInfinity), ("z", 1.5), ("zero", 0)],
            runs[0].Metrics.Select(m => (m.Key, m.Value)));
        Assert.All(runs[0].Metrics, m => Assert.Equal((4L, 3L, 5L), (m.Timestamp, m.Step, m.Points)));
        Assert.Equal([new("P", "1"), new("q", "2")], runs[0].Params);
        Assert.Equal([new("S", "w"), new("t", "v")], runs[0].Tags);
        Assert.Equal(["data", "more"], runs[0].Inputs.Select(i => i.Dataset.Name));
        Assert.Equal("{\"mlflow.data.context\":\"training\"}", runs[0].Inputs[0].Tags);
        Assert.Null(runs[1].Run.EndTime);
        Assert.Equal((0, 0, 0, 0), (runs[1].Metrics.Count, runs[1].Params.Count, runs[1].Tags.Count, runs[1].Inputs.Count));
    }

    [Fact]
    public async Task More_runs_than_one_command_takes_are_read()
    {
        var key = await _database.GivenRunAsync("only", "acc=1");

        var runs = await ReadAsync([.. Enumerable.Range(1_000, 2_500).Select(k => (long)k), key]);

        Assert.Equal("acc", Assert.Single(Assert.Single(runs).Metrics).Key);
        Assert.Empty(await ReadAsync());
    }

    [Fact]
    public async Task Columns_are_the_keys_of_the_newest_active_runs_with_the_commonest_first()
    {
        var other = await _database.GivenExperimentAsync("other");
        await _database.GivenRunAsync("one", "loss=1; acc=1; lr:'1'; t#1");
        await _database.GivenRunAsync("two", "loss=1; Z=1; lr:'2'; momentum:'1'; mlflow.user#ann");
        await _database.GivenRunAsync("deleted", "gone=1", deleted: true);
        await _database.GivenRunAsync("elsewhere", "else=1", other);
        await using var db = _database.Open();

        var columns = await RunColumns.ReadAsync(db, Experiment.DefaultId, CancellationToken.None);

        Assert.Equal([new("loss", 2, false), new("Z", 1, false), new("acc", 1, false)], columns.Metrics);
        Assert.Equal([new("lr", 2, true), new("momentum", 1, false)], columns.Params);
    }

    private async Task<IReadOnlyList<RunDetails>> ReadAsync(params long[] keys)
    {
        await using var db = _database.Open();
        return [.. (await RunReader.ReadAsync(db, keys, CancellationToken.None)).Select(r => r.Details)];
    }
}
