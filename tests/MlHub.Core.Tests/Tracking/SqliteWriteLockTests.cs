using MlHub.Adapters.Databases.Sqlite;

namespace MlHub.Core.Tests.Tracking;

public sealed class SqliteWriteLockTests
{
    [Fact]
    public async Task Whoever_waits_for_the_turn_too_long_is_told_to_come_again_but_the_last_write_waits()
    {
        using var turns = new SqliteWriteLock();
        var held = turns.Enter();
        var last = Task.Run(turns.EnterAtLast);

        var refusals = await Task.WhenAll(
            Assert.ThrowsAsync<HubException>(() => Task.Run(turns.Enter)), Assert.ThrowsAsync<HubException>(() => turns.EnterAsync(default)));

        Assert.All(refusals, r => Assert.Equal(HubError.Unavailable, r.Error));
        Assert.False(last.IsCompleted);
        held.Dispose();
        (await last).Dispose();
        turns.Enter().Dispose();
    }
}
