using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MlHub.Serving.Traffic;

/// <summary>Slots from one number up to another, which is not among them.</summary>
public readonly record struct SlotRange(int From, int Until);

/// <summary>
/// Who is answered by whom. An endpoint has ten thousand slots; a key has one of them for good, a rule as many as its share asks for. Whoever grows takes slots
/// that no other rule has and keeps its own, so that only those keys move that have to.
/// </summary>
internal static class TrafficSlots
{
    public const int Count = 10_000;

    /// <summary>The slot of a key: the same on every node and after every start.</summary>
    public static int Of(string key, long modelId, string selector)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{modelId}\n{selector}\n{key}"), hash);
        return (int)(BinaryPrimitives.ReadUInt64BigEndian(hash) % Count);
    }

    public static int CountOf(double percent) => (int)Math.Round(percent * Count / 100);

    public static int CountOf(IEnumerable<SlotRange> ranges) => ranges.Sum(r => r.Until - r.From);

    /// <summary>The slots of a rule that is to have so many from now on.</summary>
    /// <param name="own">Those it has.</param>
    /// <param name="others">Those that other rules have; enough must be left.</param>
    /// <param name="wanted">How many it is to have.</param>
    public static List<SlotRange> Resize(IEnumerable<SlotRange> own, IEnumerable<SlotRange> others, int wanted)
    {
        var kept = Numbers(own).Take(wanted).ToHashSet();
        var taken = Numbers(others).ToHashSet();
        kept.UnionWith(Enumerable.Range(0, Count).Where(s => !taken.Contains(s) && !kept.Contains(s)).Take(wanted - kept.Count).ToList());
        List<SlotRange> ranges = [];
        foreach (var slot in kept.Order())
        {
            if (ranges.Count > 0 && ranges[^1].Until == slot)
            {
                ranges[^1] = new(ranges[^1].From, slot + 1);
            }
            else
            {
                ranges.Add(new(slot, slot + 1));
            }
        }

        return ranges;
    }

    private static IEnumerable<int> Numbers(IEnumerable<SlotRange> ranges) => ranges.SelectMany(r => Enumerable.Range(r.From, r.Until - r.From));
}
