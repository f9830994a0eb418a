using System.Globalization;

namespace MlHub.Serving.Traffic;

/// <summary>How a split or canary goes on this node, and whether a canary is to be taken back.</summary>
internal sealed class TrafficTrial(TrafficShare share, TimeProvider clock)
{
    private volatile string? _verdict;

    public TrafficShare Share { get; } = share;

    public TrialCalls Candidate { get; } = new(share.Limits?.MostMilliseconds, clock);

    public TrialCalls Present { get; } = new(null, clock);

    /// <summary>Why it is taken back; null while it is not.</summary>
    public string? Verdict => _verdict;

    /// <summary>Counts a request to the rule's version; true where it was one too many.</summary>
    public bool Hear(AnsweredCall call)
    {
        Candidate.Add(call.Status, call.Elapsed);
        if (_verdict is null && Share.Limits is { } limits && Judge(limits) is { } verdict)
        {
            _verdict = verdict;
            return true;
        }

        return false;
    }

    /// <summary>A refusal counts as a failure as far as the registry's version refuses less: what callers send wrong is refused by both.</summary>
    private string? Judge(TrafficLimits limits)
    {
        var (count, failed, refused, isSlow) = Candidate.Judged;
        if (count < limits.LeastRequests)
        {
            return null;
        }

        var errors = failed + Math.Max(0, refused - Present.Judged.RefusedPercent);
        return errors > limits.MostErrorPercent ? Told($"{errors:0.##} % of its last {count} requests failed; {limits.MostErrorPercent:0.##} % were allowed.")
            : isSlow ? Told($"The 95th percentile of its last {count} requests was {Candidate.Numbers.P95:0.#} ms; {limits.MostMilliseconds:0.##} ms were allowed.")
            : null;
    }

    private static string Told(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
