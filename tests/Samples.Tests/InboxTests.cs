using Microsoft.Extensions.Logging.Abstractions;
using ModelGate.Receiving;

namespace Samples.Tests;

/// <summary>What ModelGate remembers of deliveries, and for how long.</summary>
public sealed class InboxTests
{
    private static readonly Delivery First = new("msg_1", "model_version.ready", "m", "2");

    private readonly TestClock _clock = new();

    [Fact]
    public async Task What_is_done_is_known_for_as_long_as_it_could_be_replayed_and_can_be_sent_again_afterwards()
    {
        var inbox = Open();
        Assert.Equal(Acceptance.New, inbox.Accept(First));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(Acceptance.Known, inbox.Accept(First));

        await foreach (var taken in inbox.ReadAllAsync(default))
        {
            inbox.Done(taken);
            break;
        }

        _clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.Equal(Acceptance.Known, inbox.Accept(First));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Acceptance.New, inbox.Accept(First));
    }

    [Fact]
    public void More_than_two_hundred_do_not_wait()
    {
        var inbox = Open();
        Assert.All(Enumerable.Range(1, 200), i => Assert.Equal(Acceptance.New, inbox.Accept(First with { Id = $"msg_{i}" })));

        Assert.Equal(Acceptance.Full, inbox.Accept(First with { Id = "msg_201" }));
        Assert.Equal(Acceptance.Known, inbox.Accept(First));
    }

    private Inbox Open() => new(null, _clock, NullLogger<Inbox>.Instance);
}
