using Microsoft.EntityFrameworkCore;
using MlHub.Adapters.Databases;
using MlHub.Serving;
using MlHub.Serving.Capture;
using MlHub.Testing.Databases;

namespace MlHub.Core.Tests.Serving.Capture;

public sealed class CaptureUpkeepTests
{
    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task What_is_old_or_too_much_goes_and_other_models_keep_theirs(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var clock = new TestClock();
        var upkeep = new CaptureUpkeep(database.Hub, clock);
        await using var db = database.Hub.Open();
        var (one, other) = (await db.GivenModelAsync("one"), await db.GivenModelAsync("other"));
        await GivenAsync(db, one.Id, (await db.GivenVersionAsync(one)).Id, days: 2, count: 20, clock.GetUtcNow());
        await GivenAsync(db, other.Id, (await db.GivenVersionAsync(other)).Id, days: 30, count: 20, clock.GetUtcNow());

        await upkeep.TrimAsync(one.Id, 15, default);
        Assert.Equal(10, await db.CapturedOf(one.Id).CountAsync(TestContext.Current.CancellationToken));
        Assert.DoesNotContain(await db.CapturedOf(one.Id).Select(c => c.At).ToListAsync(TestContext.Current.CancellationToken), at => at < clock.GetUtcNow().AddDays(-2));

        await upkeep.TrimAsync(one.Id, 5, default);
        Assert.Equal([15, 16, 17, 18, 19], await db.CapturedOf(one.Id).OrderBy(c => c.Id).Select(c => (int)c.Milliseconds).ToListAsync(TestContext.Current.CancellationToken));

        clock.Advance(TimeSpan.FromDays(3));
        await upkeep.TrimAsync(default);
        Assert.Equal((0, 20), (await db.CapturedOf(one.Id).CountAsync(TestContext.Current.CancellationToken), await db.CapturedOf(other.Id).CountAsync(TestContext.Current.CancellationToken)));

        var last = await db.CapturedOf(other.Id).MaxAsync(c => c.Id, TestContext.Current.CancellationToken);
        Assert.Equal(19, await upkeep.RemoveAsync(other.Id, last - 1, default));
        Assert.Equal(last, (await db.CapturedOf(other.Id).SingleAsync(TestContext.Current.CancellationToken)).Id);
    }

    /// <summary>One for each five hours, the newest last.</summary>
    private static async Task GivenAsync(HubDb db, long modelId, long versionId, int days, int count, DateTimeOffset now)
    {
        db.Add(new ModelServing { ModelId = modelId, CaptureDays = days });
        for (var i = 0; i < count; i++)
        {
            db.Add(new CapturedRequest
            {
                VersionId = versionId,
                At = now.AddHours(-5 * (count - 1 - i)),
                Selector = "1",
                Request = "{}"u8.ToArray(),
                Status = 200,
                Answer = "{}"u8.ToArray(),
                Milliseconds = i,
            });
            await db.SaveChangesAsync();
        }
    }
}
