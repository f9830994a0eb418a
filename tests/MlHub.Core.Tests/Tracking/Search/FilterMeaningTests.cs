using MlHub.Tracking;
using MlHub.Tracking.Search;

namespace MlHub.Core.Tests.Tracking.Search;

/// <summary>What filters find, asked of a real database.</summary>
public sealed class FilterMeaningTests(FilterMeaningTests.Runs runs) : IClassFixture<FilterMeaningTests.Runs>
{
    [Theory]
    [InlineData("", "a b c d e f")]
    [InlineData("metrics.acc > 0.5", "a d")]
    [InlineData("metrics.acc >= .5", "a b d")]
    [InlineData("metric.acc < 0.5", "f")]
    [InlineData("metrics.acc <= 0", "f")]
    [InlineData("metrics.acc < 1", "a b f")]
    [InlineData("metrics.acc = 0.9", "a")]
    [InlineData("metrics.acc = 0", "")]
    [InlineData("metrics.acc != 0.9", "b c d f")]
    [InlineData("metrics.acc <> 0.9", "b c d f")]
    [InlineData("NOT (metrics.acc = 0.9)", "b c d e f")]
    [InlineData("NOT metrics.acc > 0.5", "b c e f")]
    [InlineData("metrics.acc = NaN", "c")]
    [InlineData("metrics.acc is nan", "c")]
    [InlineData("metrics.acc != nan", "a b d f")]
    [InlineData("metrics.acc IS NOT NAN", "a b d f")]
    [InlineData("metrics.acc = inf", "d")]
    [InlineData("metrics.acc = -Infinity", "f")]
    [InlineData("metrics.acc < 1e400", "a b f")]
    [InlineData("metrics.acc BETWEEN 0.5 AND 0.9", "a b")]
    [InlineData("metrics.acc BETWEEN -1 AND 1 and status = 'FINISHED'", "a")]
    [InlineData("metrics.acc IS NULL", "e")]
    [InlineData("metrics.acc is not null", "a b c d f")]
    [InlineData("metrics.`val/my loss` < 1", "d")]
    [InlineData("metrics.\"val/my loss\" < 1", "d")]
    [InlineData("params.opt = 'adam'", "a")]
    [InlineData("params.opt = \"adam\"", "a")]
    [InlineData("param.opt != 'adam'", "b")]
    [InlineData("parameters.opt LIKE 'a%'", "a")]
    [InlineData("params.opt ILIKE 'a%'", "a b")]
    [InlineData("params.opt LIKE '_dam'", "a b")]
    [InlineData("params.opt NOT LIKE 'a%'", "b")]
    [InlineData("params.opt NOT ILIKE 'AD%'", "")]
    [InlineData("params.opt IN ('adam', 'sgd',)", "a")]
    [InlineData("params.opt not in ('adam')", "b")]
    [InlineData("params.opt IS NULL", "c d e f")]
    [InlineData("params.path = 'C:\\data*[1]?'", "f")]
    [InlineData("params.path LIKE '%*[1]?'", "f")]
    [InlineData("params.path LIKE '%*[2]?'", "")]
    [InlineData("params.path ILIKE 'c:\\DATA*[%'", "f")]
    [InlineData("tags.team = 'it''s'", "a")]
    [InlineData("tags.town ILIKE 'äpfel_STRASS%'", "")]
    [InlineData("tags.town ILIKE 'äpfel STRA_e'", "e")]
    [InlineData("tags.town LIKE 'äpfel%'", "")]
    [InlineData("tag.mlflow.source.name = 'train.py'", "d")]
    [InlineData("tags.`mlflow.source.name` LIKE '%.py'", "d")]
    [InlineData("attributes.status = 'FINISHED'", "a")]
    [InlineData("status != 'FINISHED'", "b c d e f")]
    [InlineData("attr.status LIKE 'F%'", "a b")]
    [InlineData("run.status IN ('RUNNING', 'KILLED')", "c d")]
    [InlineData("attribute.run_name = 'a'", "a")]
    [InlineData("`Run name` = 'a'", "a")]
    [InlineData("\"run name\" = 'a'", "a")]
    [InlineData("attributes.`Run Name` IN ('a', 'b')", "a b")]
    [InlineData("User = 'bob'", "b")]
    [InlineData("user_id = 'BOB'", "")]
    [InlineData("Created > 2000", "c d e f")]
    [InlineData("start_time >= 2000 AND start_time < 4000", "b c")]
    [InlineData("start_time < 1500.5", "a")]
    [InlineData("start_time < 9223372036854775808", "a b c d e f")]
    [InlineData("end_time > 0", "a b")]
    [InlineData("end_time != 2500", "a")]
    [InlineData("NOT end_time = 2500", "a c d e f")]
    [InlineData("end_time IS NULL", "c d e f")]
    [InlineData("status IS NULL", "")]
    [InlineData("status IS NOT NULL", "a b c d e f")]
    [InlineData("duration >= 1000", "a")]
    [InlineData("run_id = 'aaaa'", "a")]
    [InlineData("run_id IN ('aaaa', 'none')", "a")]
    [InlineData("run_id NOT IN ('aaaa')", "b c d e f")]
    [InlineData("artifact_uri = 'mlflow-artifacts:/0/aaaa/artifacts'", "a")]
    [InlineData("datasets.name = 'iris'", "a b")]
    [InlineData("dataset.name = 'iris' AND dataset.digest = 'd2'", "b")]
    [InlineData("dataset.name != 'iris'", "b")]
    [InlineData("NOT dataset.name = 'iris'", "c d e f")]
    [InlineData("dataset.context = 'training'", "a")]
    [InlineData("dataset.context IS NULL", "c d e f")]
    [InlineData("dataset.name IN ('wine')", "b")]
    [InlineData("status = 'FINISHED' OR status = 'FAILED' AND user_id = 'ann'", "a")]
    [InlineData("(status = 'FINISHED' OR status = 'FAILED') AND user_id = 'bob'", "b")]
    [InlineData("NOT (status = 'FINISHED' or not params.lr = '0.01')", "b")]
    public async Task Filter_finds(string filter, string names)
    {
        var (found, next) = await runs.Database.PageAsync(new([0], filter, OrderBy: ["run_name"]));

        Assert.Equal(names, string.Join(' ', found));
        Assert.Null(next);
    }

    [Theory]
    [InlineData("metrics.acc > 0.5", "d a")]
    [InlineData("metrics.acc != 0.9", "d b f c")]
    [InlineData("metrics.acc IS NAN", "c")]
    [InlineData("metrics.acc IS NULL", "e")]
    [InlineData("metrics.acc > 0.5 OR params.opt = 'Adam'", "d a b")]
    [InlineData("NOT metrics.acc > 0.5", "b f c e")]
    [InlineData("metrics.acc > 0 AND metrics.acc < 1", "a b")]
    public async Task Filter_finds_the_same_in_the_order_of_its_metric(string filter, string names)
    {
        var (found, _) = await runs.Database.PageAsync(new([0], filter, OrderBy: ["metrics.acc DESC"]));

        Assert.Equal(names, string.Join(' ', found));
    }

    [Fact]
    public async Task View_says_whether_deleted_runs_are_found()
    {
        Assert.Equal(["deleted"], (await runs.Database.PageAsync(new([0], ViewType: ViewType.DeletedOnly))).Names);
        Assert.Contains("deleted", (await runs.Database.PageAsync(new([0], ViewType: ViewType.All))).Names);
        Assert.Equal(["deleted"], (await runs.Database.PageAsync(new([0], "metrics.acc = 0.7", ViewType.All, OrderBy: ["metrics.acc"]))).Names);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("run_name LIKE '%'", "")]
    [InlineData("run_name LIKE '%' OR 1 = 1", null)]
    [InlineData("metrics.acc > 0", "metrics.acc")]
    [InlineData("metrics.acc > 0 OR NOT metrics.acc > 0", "metrics.acc DESC")]
    [InlineData("metrics.none IS NULL", "metrics.none")]
    [InlineData("params.none IS NULL", "params.none")]
    public async Task Nothing_outside_the_readable_experiments_is_found(string filter, string? orderBy)
    {
        if (orderBy is null)
        {
            await Assert.ThrowsAsync<HubException>(() => runs.Database.PageAsync(new([0], filter)));
            return;
        }

        var asked = new RunSearch([0, runs.Other], filter, ViewType.All, OrderBy: orderBy.Length == 0 ? [] : [orderBy]);

        Assert.DoesNotContain("other", (await runs.Database.PageAsync(asked, readable: 0)).Names);
        Assert.Contains("other", (await runs.Database.PageAsync(asked, readable: [0, runs.Other])).Names);
    }

    [Fact]
    public async Task Nothing_is_found_where_nothing_may_be_read()
    {
        await using var db = runs.Database.Open();

        Assert.Empty((await RunQuery.PageAsync(db, [], new([0]), CancellationToken.None)).Items);
    }

    public sealed class Runs : IAsyncLifetime
    {
        public SearchDatabase Database { get; } = new();

        public long Other { get; private set; }

        public async ValueTask InitializeAsync()
        {
            await Database.InitializeAsync();
            Other = await Database.GivenExperimentAsync("other");
            await Database.GivenRunAsync(
                "a", "acc=0.9; loss=0.1; lr:'0.1'; opt:'adam'; team#it's; iris@d1(training)", status: RunStatus.Finished, start: 1000, end: 2000, runId: "aaaa");
            await Database.GivenRunAsync("b", "acc=0.5; lr:'0.01'; opt:'Adam'; iris@d2(eval); wine@d3", status: RunStatus.Failed, start: 2000, end: 2500, user: "bob");
            await Database.GivenRunAsync("c", "acc=NaN", start: 3000);
            await Database.GivenRunAsync("d", "acc=Infinity; val/my loss=0.3; mlflow.source.name#train.py", status: RunStatus.Killed, start: 4000);
            await Database.GivenRunAsync("e", "town#ÄPFEL straße", status: RunStatus.Scheduled, start: 5000);
            await Database.GivenRunAsync("f", "acc=-Infinity; path:C:\\data*[1]?", status: RunStatus.Scheduled, start: 6000);
            await Database.GivenRunAsync("deleted", "acc=0.7", deleted: true, start: 7000);
            await Database.GivenRunAsync("other", "acc=0.99", Other, start: 8000);
        }

        public ValueTask DisposeAsync() => Database.DisposeAsync();
    }
}
