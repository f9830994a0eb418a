namespace MlHub.Serving.Traffic;

/// <summary>The latest requests to one version: at most a thousand of the last ten minutes. What is asked of them with every request is counted as they come and go.</summary>
internal sealed class TrialCalls(double? mostMilliseconds, TimeProvider clock)
{
    public const int Most = 1000;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Queue<Call> _calls = new();
    private long _requests;
    private int _failed, _refused, _slow;

    public void Add(int status, TimeSpan elapsed)
    {
        lock (_gate)
        {
            _requests++;
            var call = new Call(clock.GetTimestamp(), status, elapsed.TotalMilliseconds);
            _calls.Enqueue(call);
            Count(call, 1);
            while (_calls.Count > Most || clock.GetElapsedTime(_calls.Peek().At, call.At) > Longest)
            {
                Count(_calls.Dequeue(), -1);
            }
        }
    }

    /// <summary>How many there are, the percentages of them that failed and were refused, and whether more than a twentieth took longer than they may.</summary>
    public (int Count, double FailedPercent, double RefusedPercent, bool IsSlow) Judged
    {
        get
        {
            lock (_gate)
            {
                var count = _calls.Count;
                return count == 0 ? default : (count, 100.0 * _failed / count, 100.0 * _refused / count, _slow * 20 > count);
            }
        }
    }

    public SideNumbers Numbers
    {
        get
        {
            lock (_gate)
            {
                var times = _calls.Select(c => c.Milliseconds).Order().ToList();
                return new(_requests, times.Count, _failed, _refused, At(0.5), At(0.95));

                // The nearest rank: as many as the share says are not above it.
                double At(double share) => times.Count == 0 ? 0 : times[(int)Math.Ceiling(share * times.Count) - 1];
            }
        }
    }

    private void Count(Call call, int one)
    {
        _failed += call.Status >= 500 ? one : 0;
        // Whoever hung up refused nothing.
        _refused += call.Status is >= 400 and < 499 ? one : 0;
        _slow += call.Milliseconds > mostMilliseconds ? one : 0;
    }

    private readonly record struct Call(long At, int Status, double Milliseconds);
}
