using MlHub.Serving.Traffic;

namespace MlHub.Core.Tests.Serving;

public sealed class TrafficSlotsTests
{
    private static readonly List<string> Keys = [.. Enumerable.Range(0, 20_000).Select(i => $"customer-{i}")];

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(33.33)]
    [InlineData(80)]
    public void A_share_of_the_keys_is_as_large_as_it_says(double percent)
    {
        var slots = Resize([], [], percent);

        // Four standard deviations of as many throws.
        var most = 4 * Math.Sqrt(percent / 100 * (1 - (percent / 100)) / Keys.Count) * 100;
        Assert.InRange(100.0 * Keys.Count(k => Holds(slots, k)) / Keys.Count, percent - most, percent + most);
    }

    [Fact]
    public void A_key_has_the_same_slot_everywhere_and_another_at_another_endpoint()
    {
        // Known numbers: after an update of the hub callers are still with their version.
        Assert.Equal([359, 2002, 9079], [TrafficSlots.Of("ana", 1, "Production"), TrafficSlots.Of("ana", 1, "@champion"), TrafficSlots.Of("ana", 2, "Production")]);
    }

    [Fact]
    public void Who_grows_takes_from_the_registrys_version_and_from_nobody_else()
    {
        var (first, second) = (Resize([], [], 20), new List<SlotRange>());
        second = Resize([], first, 30);

        var grown = Resize(first, second, 45);

        Assert.All(Keys.Where(k => Holds(first, k)), k => Assert.True(Holds(grown, k)));
        Assert.DoesNotContain(Keys, k => Holds(grown, k) && Holds(second, k));
        Assert.Equal((4500, 3000), (TrafficSlots.CountOf(grown), TrafficSlots.CountOf(second)));
    }

    [Fact]
    public void Who_shrinks_keeps_none_but_its_own()
    {
        var large = Resize([], Resize([], [], 10), 50);

        var small = Resize(large, [], 5);

        Assert.All(Keys.Where(k => Holds(small, k)), k => Assert.True(Holds(large, k)));
        Assert.Equal(500, TrafficSlots.CountOf(small));
        Assert.Empty(Resize(large, [], 0));
    }

    private static List<SlotRange> Resize(IEnumerable<SlotRange> own, IEnumerable<SlotRange> others, double percent) => TrafficSlots.Resize(own, others, TrafficSlots.CountOf(percent));

    private static bool Holds(List<SlotRange> slots, string key) => TrafficSlots.Of(key, 1, "Production") is var slot && slots.Any(r => r.From <= slot && slot < r.Until);
}
