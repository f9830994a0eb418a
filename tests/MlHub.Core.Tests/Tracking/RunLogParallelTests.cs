using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Testing.Databases;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;

namespace MlHub.Core.Tests.Tracking;

public sealed class RunLogParallelTests
{
    private const int Writers = 16, Calls = 20;
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Sixteen_writers_of_the_same_keys_lose_nothing_and_count_exactly(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var run = await database.GivenRunAsync();

        await Parallel.ForAsync(0, Writers, new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (writer, cancel) =>
        {
            for (var call = 0; call < Calls; call++)
            {
                // Every writer names the keys in another order, and every second point is one that all writers log.
                var keys = Enumerable.Range(0, 10).Select(k => $"k{(k + writer) % 10}").ToList();
                var metrics = keys.SelectMany(k => (Metric[])[new(k, call, writer + 1, call), new(k, call, 0, call)]);
                await database.Logs.AppendAsync(
                    Caller.Local, run.RunId,
                    new([.. metrics],
                        [.. keys.Select(k => KeyValuePair.Create(k, "same"))], [.. keys.Select(k => KeyValuePair.Create(k, $"{writer}"))]), cancel);
            }
        });

        for (var k = 0; k < 10; k++)
        {
            var (series, history) = (await database.SeriesAsync(run, $"k{k}"), await database.HistoryAsync(run, $"k{k}"));
            Assert.Equal((Writers + 1) * Calls, history.Count);
            Assert.Equal(history.Count, series.Points);
            Assert.Equal((Calls - 1L, (long)Writers, Calls - 1d), (series.Step, series.Timestamp, series.Value));
        }

        await using var db = database.Hub.Open();
        Assert.Equal((10, 10), (await db.Params.CountAsync(None), await db.RunTags.CountAsync(None)));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Of_sixteen_values_for_one_param_exactly_one_is_taken(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var run = await database.GivenRunAsync();

        var refused = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            try
            {
                await database.Logs.AppendAsync(Caller.Local, run.RunId, RunLog.OfParam("lr", $"{writer}"), None);
                return -1;
            }
            catch (HubException e) when (e.Error == HubError.Invalid)
            {
                return writer;
            }
        })));

        await using var db = database.Hub.Open();
        var taken = int.Parse((await db.Params.SingleAsync(None)).Value);
        Assert.Equal(Enumerable.Range(0, Writers).Except([taken]), refused.Where(w => w >= 0).Order());
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Entities_can_be_changed_while_logs_pour_in(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var run = await database.GivenRunAsync();

        var ingest = Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var call = 0; call < 50; call++)
            {
                await database.Logs.AppendAsync(
                    Caller.Local, run.RunId, new([.. Enumerable.Range(0, 200).Select(i => new Metric("loss", i, writer, (call * 200) + i))], [], []), None);
            }
        })));
        for (var i = 0; i < 50; i++)
        {
            await database.Hub.WriteAsync(async db => (await db.Runs.SingleAsync(r => r.Key == run.Key, None)).EndTime = i, None);
            await database.GivenRunAsync();
        }

        await ingest;

        Assert.Equal(4 * 50 * 200, (await database.HistoryAsync(run, "loss")).Count);
        Assert.Equal(4 * 50 * 200, (await database.SeriesAsync(run, "loss")).Points);
        await using var db = database.Hub.Open();
        Assert.Equal(51, await db.Runs.CountAsync(None));
        Assert.Equal(49, (await db.Runs.SingleAsync(r => r.Key == run.Key, None)).EndTime);
    }
}
