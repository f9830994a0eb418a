namespace MlHub.Testing.Durability;

/// <summary>One call of a client on a value that all share: what it wrote, or what it read; and when it began and ended.</summary>
public sealed record SharedValueCall(long Began, long Ended, bool IsWrite, string? Value);

/// <summary>Tells whether calls made side by side could have been made one after the other, each at some instant between its begin and its end.</summary>
public static class Linearizability
{
    /// <param name="calls">At most 64.</param>
    /// <param name="first">The value before.</param>
    public static bool Holds(IReadOnlyList<SharedValueCall> calls, string? first) =>
        calls.Count <= 64 ? CanGoOn(calls, 0, first, []) : throw new ArgumentException("Too many calls.", nameof(calls));

    private static bool CanGoOn(IReadOnlyList<SharedValueCall> calls, ulong done, string? value, HashSet<(ulong, string?)> failed)
    {
        var left = Enumerable.Range(0, calls.Count).Where(i => (done & (1UL << i)) == 0).ToList();
        if (left.Count == 0)
        {
            return true;
        }

        if (failed.Contains((done, value)))
        {
            return false;
        }

        // Next comes a call that began before any other of them had ended.
        var firstEnd = left.Min(i => calls[i].Ended);
        foreach (var i in left.Where(i => calls[i].Began <= firstEnd && (calls[i].IsWrite || calls[i].Value == value)))
        {
            if (CanGoOn(calls, done | (1UL << i), calls[i].Value, failed))
            {
                return true;
            }
        }

        failed.Add((done, value));
        return false;
    }
}
