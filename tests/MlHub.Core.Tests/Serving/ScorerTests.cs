using MlHub.Scoring;
using MlHub.Scoring.Workers;

namespace MlHub.Core.Tests.Serving;

/// <summary>How often a process is tried that does not start, or does not come to answer.</summary>
public sealed class ScorerTests
{
    [Fact]
    public async Task Each_attempt_comes_later_than_the_one_before_up_to_half_a_minute()
    {
        TestClock clock = new();
        var attempts = 0;
        await using Scorer scorer = new(_ => Task.FromException<StartedWorker>(new InvalidOperationException($"attempt {Interlocked.Increment(ref attempts)}")), new(), clock, () => { });
        scorer.Start();

        List<double> pauses = [];
        for (var attempt = 1; attempt <= 9; attempt++)
        {
            await Eventually.TrueAsync(() => Volatile.Read(ref attempts) == attempt && scorer.State is { Status: ScorerStatus.Failing, RetryAt: not null } && clock.Waiting == 1);
            var state = scorer.State;
            pauses.Add((state.RetryAt!.Value - clock.GetUtcNow()).TotalSeconds);
            Assert.Equal($"attempt {attempt}", state.Reason);

            // Whoever asks meanwhile is told when it is worth trying again.
            var refusal = await Assert.ThrowsAsync<ScoringException>(() => scorer.ScoreAsync(RequestForm.InvocationJson, default, default));
            Assert.Equal((503, Math.Max(1, pauses[^1])), (refusal.Status, refusal.RetryAfter!.Value.TotalSeconds));
            clock.Advance(TimeSpan.FromSeconds(pauses[^1] - 0.1));
            Assert.Equal(attempt, Volatile.Read(ref attempts));
            clock.Advance(TimeSpan.FromSeconds(0.1));
        }

        Assert.Equal([0.5, 1, 2, 4, 8, 16, 30, 30, 30], pauses);
    }

    [Fact]
    public async Task A_model_whose_process_ends_while_it_is_loaded_has_three_attempts()
    {
        TestClock clock = new();
        var attempts = 0;
        await using Scorer scorer = new(_ => Task.FromResult(Ending(ref attempts)), new(), clock, () => { });
        scorer.Start();

        await Eventually.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(0.02));
            return scorer.State.Status == ScorerStatus.Failed;
        });

        Assert.Equal(3, attempts);
        Assert.Equal("The scoring worker ended with exit code 1 while it loaded the model.", scorer.State.Reason);
        var refusal = await Assert.ThrowsAsync<ScoringException>(() => scorer.ScoreAsync(RequestForm.InvocationJson, default, default));
        Assert.Equal((503, "INVALID_STATE", null), (refusal.Status, refusal.Code, refusal.RetryAfter));
    }

    private static StartedWorker Ending(ref int attempts)
    {
        Interlocked.Increment(ref attempts);
        return new(new(new("false", [], new Dictionary<string, string>()), new("", "", "m", "1", null, null, 1, 0, 0), _ => { }), null);
    }
}
