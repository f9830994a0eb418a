using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Events;
using MlHub.Live;
using MlHub.Registry;
using MlHub.Scoring;
using MlHub.Serving;
using MlHub.Serving.Monitoring;
using MlHub.Testing.Databases;

namespace MlHub.Core.Tests.Serving;

/// <summary>Requests are counted in memory, written when their minute is over, and read as one.</summary>
public sealed class MeasureTests
{
    private readonly TestClock _clock = new();

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task What_is_counted_written_and_counted_by_another_node_adds_up(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (model, version) = await GivenVersionAsync(database, "prices");
        var (here, there) = (Node(database), Node(database));

        Ask(here, model, version, 200, 200, 400);
        Ask(there, model, version, 503);
        _clock.Advance(TimeSpan.FromMinutes(2));
        await here.Worker.WriteAsync(CountedCalls.MinuteOf(_clock.GetUtcNow()), default);
        await there.Worker.WriteAsync(CountedCalls.MinuteOf(_clock.GetUtcNow()), default);
        Ask(here, model, version, 500);
        var series = await here.Measures.ReadAsync(Caller.System, "prices", 15, default);

        Assert.Empty(there.Counted.All);
        Assert.Equal((5, 1, 2), Told(Assert.Single(series.Versions).Whole));
        Assert.Equal(4, series.Versions[0].Whole.Latencies.Count);
        Assert.Equal([(4, 1, 1), (1, 0, 1)], series.Versions[0].Steps.OfType<CallCounts>().Select(Told));
        Assert.Equal((15, TimeSpan.FromMinutes(1)), (series.Steps, series.Step));
        // The other one sees what is written.
        Assert.Equal((4, 1, 1), Told((await there.Measures.ReadAsync(Caller.System, "prices", 15, default)).Versions[0].Whole));
    }

    [Fact]
    public async Task A_minute_is_written_once_and_not_before_it_is_over()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (model, version) = await GivenVersionAsync(database, "prices");
        var node = Node(database);
        Ask(node, model, version, 200);

        await node.Worker.WriteAsync(CountedCalls.MinuteOf(_clock.GetUtcNow()), default);
        var early = await RowsAsync(database);
        var counts = node.Counted.All.Single();
        _clock.Advance(TimeSpan.FromMinutes(1));
        await node.Worker.WriteAsync(CountedCalls.MinuteOf(_clock.GetUtcNow()), default);
        _clock.Advance(TimeSpan.FromMinutes(-1));
        // As if nobody had heard that the first time went well.
        Ask(node, model, version, 200);
        await node.Worker.WriteAsync(DateTimeOffset.MaxValue, default);

        Assert.Equal((0, 1L), (early, counts.Value.Requests));
        Assert.Equal(1, await RowsAsync(database));
    }

    [Fact]
    public async Task A_version_that_is_deleted_meanwhile_keeps_no_other_from_being_written()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (model, version) = await GivenVersionAsync(database, "prices");
        var node = Node(database);
        Ask(node, model, version, 200);
        Ask(node, model, version + 1000, 200);

        await node.Worker.WriteAsync(DateTimeOffset.MaxValue, default);

        Assert.Equal(1, await RowsAsync(database));
        Assert.Empty(node.Counted.All);
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task After_two_weeks_they_are_gone(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (model, version) = await GivenVersionAsync(database, "prices");
        var node = Node(database);
        foreach (var days in new[] { 0, 3, 12 })
        {
            _clock.Advance(TimeSpan.FromDays(days));
            Ask(node, model, version, 200);
            await node.Worker.WriteAsync(DateTimeOffset.MaxValue, default);
        }

        Assert.Equal(3, await RowsAsync(database));
        await node.Worker.TrimAsync(default);

        Assert.Equal(2, await RowsAsync(database));
        var series = await node.Measures.ReadAsync(Caller.System, "prices", ServingMeasures.MostMinutes, default);
        Assert.Equal((2, TimeSpan.FromHours(3)), (series.Versions[0].Whole.Requests, series.Step));
        Assert.True(series.Steps <= 120, "No more steps than a chart can show.");
    }

    [Fact]
    public async Task Whoever_may_not_read_the_model_is_told_nothing()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await GivenVersionAsync(database, "prices");
        var stranger = new Caller(Guid.NewGuid(), "stranger", IsAdmin: false);

        var refusal = await Assert.ThrowsAsync<HubException>(() => Node(database).Measures.ReadAsync(stranger, "prices", 15, default));

        Assert.Equal(HubError.NotFound, refusal.Error);
    }

    private static (long, long, long) Told(CallCounts counts) => (counts.Requests, counts.Refused, counts.Failed);

    private static void Ask((CountedCalls Counted, MeasureWorker, ServingMeasures) node, long model, long version, params int[] statuses) =>
        Array.ForEach(statuses, s => node.Counted.Hear(Call(model, version, s)));

    private static AnsweredCall Call(long model, long version, int status) =>
        new(new(model, version, 1, "1", null!), RequestForm.InvocationJson, default, status, null, TimeSpan.FromMilliseconds(3));

    private (CountedCalls Counted, MeasureWorker Worker, ServingMeasures Measures) Node(TestDatabase database)
    {
        var counted = new CountedCalls(new(database.Hub, database.Services.GetRequiredService<EventSignal>()), _clock);
        return (counted, new(database.Hub, counted, new(_clock), _clock, NullLogger<MeasureWorker>.Instance), new(database.Hub, counted, _clock));
    }

    private static async Task<(long Model, long Version)> GivenVersionAsync(TestDatabase database, string name)
    {
        await using var db = database.Hub.Open();
        var model = await db.GivenModelAsync(name);
        return (model.Id, (await db.GivenVersionAsync(model)).Id);
    }

    private static async Task<int> RowsAsync(TestDatabase database)
    {
        await using var db = database.Hub.Open();
        return await db.ServingMeasures.CountAsync();
    }
}
