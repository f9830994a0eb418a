using System.Collections.Concurrent;
using System.Diagnostics;

namespace MlHub.Testing.Durability;

/// <summary>What clients sent to a hub, in memory of their own, and how they were answered.</summary>
public sealed class CallHistory
{
    private readonly ConcurrentQueue<SentCall> _sent = new();
    private readonly ConcurrentDictionary<int, int> _answers = new();
    private long _slowest;

    public IReadOnlyCollection<SentCall> Sent => _sent;

    public int Acknowledged => _sent.Count(c => c.Acknowledged);

    /// <summary>How often each status was answered; 0 stands for no answer.</summary>
    public IReadOnlyDictionary<int, int> Answers => _answers;

    public TimeSpan Slowest => TimeSpan.FromTicks(Interlocked.Read(ref _slowest));

    /// <summary>The answer, or null where none came.</summary>
    /// <exception cref="BrokenPromiseException">The hub answered neither that it did it nor that one should come again.</exception>
    public async Task<Answer?> SendAsync(SentCall call, Func<Task<HttpResponseMessage>> send)
    {
        _sent.Enqueue(call);
        var began = Stopwatch.GetTimestamp();
        Answer? answer = null;
        try
        {
            answer = await Answer.OfAsync(await send());
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            // Gone before it had answered.
        }

        Note(Stopwatch.GetElapsedTime(began), answer);
        if (answer is not null)
        {
            BrokenPromiseException.Require(answer.Status is 200 or 429 or 503 or 507, $"{call} was answered {answer.Status} {answer.Text}");
            call.Acknowledged = answer.Status == 200;
            call.Refused = answer.Status == 507 || (answer.Status == 503 && answer.Text.Contains("othing of this call was stored", StringComparison.Ordinal));
        }

        return answer;
    }

    private void Note(TimeSpan took, Answer? answer)
    {
        _answers.AddOrUpdate(answer?.Status ?? 0, 1, (_, n) => n + 1);
        for (var before = Interlocked.Read(ref _slowest); took.Ticks > before && Interlocked.CompareExchange(ref _slowest, took.Ticks, before) != before; before = Interlocked.Read(ref _slowest))
        {
        }
    }
}
