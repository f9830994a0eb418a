using MlHub.Live;

namespace MlHub.Web.Tests.Live;

public sealed class LiveFeedTests
{
    private readonly TestClock _clock = new();
    private readonly LiveFeed _feed;
    private int _told;

    public LiveFeedTests() => _feed = new(_clock);

    [Fact]
    public async Task A_page_is_told_at_most_four_times_a_second()
    {
        using var page = _feed.Subscribe("t", TellAsync);
        _feed.Announce("t");
        await RestingAsync(told: 1);

        for (var quarter = 0; quarter < 4; quarter++)
        {
            for (var i = 0; i < 1000; i++)
            {
                _feed.Announce("t");
            }

            _clock.Advance(TimeSpan.FromMilliseconds(249));
            Assert.Equal((1 + quarter, 1), (_told, _clock.Waiting));
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            await RestingAsync(told: 2 + quarter);
        }
    }

    [Fact]
    public async Task A_page_is_not_told_again_when_nothing_happened()
    {
        using var page = _feed.Subscribe("t", TellAsync);
        _feed.Announce("t");
        await RestingAsync(told: 1);

        _clock.Advance(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync(() => _clock.Waiting == 0);

        Assert.Equal(1, _told);
    }

    [Fact]
    public async Task Notices_to_a_busy_page_melt_into_one()
    {
        var busy = new TaskCompletionSource();
        using var page = _feed.Subscribe("t", () =>
        {
            Interlocked.Increment(ref _told);
            return busy.Task;
        });
        _feed.Announce("t");
        await Eventually.TrueAsync(() => _told == 1);
        for (var i = 0; i < 100; i++)
        {
            _feed.Announce("t");
        }

        busy.SetResult();
        await RestingAsync(told: 1);
        _clock.Advance(TimeSpan.FromMilliseconds(250));
        await RestingAsync(told: 2);
        _clock.Advance(TimeSpan.FromMilliseconds(250));
        await Eventually.TrueAsync(() => _clock.Waiting == 0);

        Assert.Equal(2, _told);
    }

    [Fact]
    public async Task A_page_that_hangs_blocks_or_throws_holds_nobody_up()
    {
        using var never = new ManualResetEventSlim();
        using var hanging = _feed.Subscribe("t", () => new TaskCompletionSource().Task);
        using var blocking = _feed.Subscribe("t", () =>
        {
            never.Wait();
            return Task.CompletedTask;
        });
        using var throwing = _feed.Subscribe("t", () => throw new InvalidOperationException("a page's own fault"));
        using var healthy = _feed.Subscribe("t", TellAsync);

        for (var i = 0; i < 1000; i++)
        {
            _feed.Announce("t");
        }

        await Eventually.TrueAsync(() => _told == 1);
        never.Set();
    }

    [Fact]
    public async Task A_page_that_threw_is_told_again()
    {
        using var page = _feed.Subscribe("t", () => Interlocked.Increment(ref _told) == 1 ? throw new InvalidOperationException("once") : Task.CompletedTask);
        _feed.Announce("t");
        await RestingAsync(told: 1);

        _feed.Announce("t");
        _clock.Advance(TimeSpan.FromMilliseconds(250));

        await RestingAsync(told: 2);
    }

    [Fact]
    public async Task Only_pages_of_the_topic_are_told_and_only_until_they_close()
    {
        var other = 0;
        using var elsewhere = _feed.Subscribe("u", () =>
        {
            Interlocked.Increment(ref other);
            return Task.CompletedTask;
        });
        var page = _feed.Subscribe("t", TellAsync);
        _feed.Announce("t");
        await RestingAsync(told: 1);

        _feed.Announce("t");
        page.Dispose();
        page.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => _clock.Waiting == 0);
        _feed.Announce("t");

        Assert.Equal((1, 0), (_told, other));
    }

    [Fact]
    public async Task Pages_may_come_and_go_while_it_announces()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
        {
            for (var n = 0; n < 500; n++)
            {
                using (_feed.Subscribe("t", TellAsync))
                {
                    _feed.Announce("t");
                }
            }
        })));
        var last = 0;
        using var stays = _feed.Subscribe("t", () =>
        {
            Interlocked.Increment(ref last);
            return Task.CompletedTask;
        });

        _feed.Announce("t");

        await Eventually.TrueAsync(() => last == 1);
    }

    private Task TellAsync()
    {
        Interlocked.Increment(ref _told);
        return Task.CompletedTask;
    }

    /// <summary>Told so often, and now waiting for the pace to pass.</summary>
    private Task RestingAsync(int told) => Eventually.TrueAsync(() => _told == told && _clock.Waiting == 1);
}
