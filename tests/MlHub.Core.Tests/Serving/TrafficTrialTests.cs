using MlHub.Registry;
using MlHub.Scoring;
using MlHub.Serving;
using MlHub.Serving.Traffic;

namespace MlHub.Core.Tests.Serving;

/// <summary>When a canary is taken back.</summary>
public sealed class TrafficTrialTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public void More_failures_than_allowed_end_it_and_the_reason_has_the_numbers()
    {
        var trial = Given(new(10, null, 20));

        Assert.DoesNotContain(true, Enumerable.Range(0, 19).Select(i => Hear(trial, i < 2 ? 500 : 200)));
        Assert.False(Hear(trial, 200));
        Assert.True(Hear(trial, 503));

        Assert.Equal("14.29 % of its last 21 requests failed; 10 % were allowed.", trial.Verdict);
        Assert.False(Hear(trial, 503));
    }

    [Fact]
    public void Too_few_requests_are_not_judged() => Assert.Null(After(Given(new(1, 1, 20)), Enumerable.Repeat(500, 19)).Verdict);

    [Fact]
    public void What_both_refuse_is_the_callers_doing_and_what_only_it_refuses_is_not()
    {
        var (fair, strict) = (Given(new(10, null, 10)), Given(new(10, null, 10)));
        for (var i = 0; i < 100; i++)
        {
            fair.Present.Add(i % 2 == 0 ? 400 : 200, default);
            strict.Present.Add(200, default);
        }

        var mixed = Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? 400 : 200).ToList();

        Assert.Null(After(fair, mixed).Verdict);
        Assert.NotNull(After(strict, mixed).Verdict);
    }

    [Fact]
    public void A_twentieth_may_be_slow_and_no_more()
    {
        var trial = Given(new(null, 50, 20));

        Assert.DoesNotContain(true, Enumerable.Range(0, 40).Select(i => Hear(trial, 200, i % 20 == 19 ? 80 : 10)));
        Assert.True(Hear(trial, 200, 80));

        Assert.Equal("The 95th percentile of its last 41 requests was 80 ms; 50 ms were allowed.", trial.Verdict);
    }

    [Fact]
    public void Whoever_hung_up_counts_by_how_long_they_waited()
    {
        var trial = After(Given(new(10, 50, 1)), [499]);
        Assert.Null(trial.Verdict);

        Hear(trial, 499, 3000);

        Assert.Contains("3000 ms", trial.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_long_ago_is_forgotten()
    {
        var trial = After(Given(new(50, null, 4)), [500, 500, 500]);
        _clock.Advance(TimeSpan.FromMinutes(11));

        Assert.Null(After(trial, [200, 200, 200, 200]).Verdict);
        Assert.Equal((7, 4, 0), (trial.Candidate.Numbers.Requests, trial.Candidate.Numbers.Recent, trial.Candidate.Numbers.Failed));
    }

    private TrafficTrial Given(TrafficLimits limits) => new(new(1, TrafficKind.Canary, new(2, "price", 2, Stage.None), 10, limits), _clock);

    private static TrafficTrial After(TrafficTrial trial, IEnumerable<int> statuses)
    {
        foreach (var status in statuses)
        {
            Hear(trial, status);
        }

        return trial;
    }

    private static bool Hear(TrafficTrial trial, int status, double milliseconds = 1) => trial.Hear(
        new(new ScoringTarget(1, 2, 2, "Production", null!), RequestForm.InvocationJson, default, status, null, TimeSpan.FromMilliseconds(milliseconds)));
}
