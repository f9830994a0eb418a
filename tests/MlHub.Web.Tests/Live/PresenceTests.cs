using MlHub.Access;
using MlHub.Live;

namespace MlHub.Web.Tests.Live;

public sealed class PresenceTests
{
    private readonly LiveFeed _feed = new(TimeProvider.System);
    private readonly Presence _presence;
    private readonly Caller _ann = new(Guid.NewGuid(), "ann");
    private readonly Caller _bob = new(Guid.NewGuid(), "bob");

    public PresenceTests() => _presence = new(_feed);

    [Fact]
    public void Whoever_opens_a_version_is_there_until_the_last_of_their_pages_is_left()
    {
        var first = _presence.Enter(_ann, 7);
        var second = _presence.Enter(_ann, 7);
        _presence.Enter(_bob, 7);

        Assert.Equal(["ann", "bob"], _presence.LookingAt(7));
        first.Dispose();
        first.Dispose();
        Assert.Equal(["ann", "bob"], _presence.LookingAt(7).Order());
        second.Dispose();
        Assert.Equal(["bob"], _presence.LookingAt(7));
    }

    [Fact]
    public void One_version_knows_nothing_of_another()
    {
        _presence.Enter(_ann, 7);

        Assert.Empty(_presence.LookingAt(8));
    }

    [Fact]
    public async Task Coming_and_going_are_announced()
    {
        var told = 0;
        using var page = _feed.Subscribe(Topics.Looking(7), () => Task.FromResult(Interlocked.Increment(ref told)));

        var visit = _presence.Enter(_ann, 7);
        await Eventually.TrueAsync(() => told == 1);
        visit.Dispose();

        await Eventually.TrueAsync(() => told == 2);
    }
}
