using System.Diagnostics;
using MlHub.Scoring;

namespace MlHub.Serving;

/// <summary>A request to a model and what came of it.</summary>
/// <param name="Target">Who answered.</param>
/// <param name="Form">How the body is written.</param>
/// <param name="Body">As it was sent.</param>
/// <param name="Status">Of the answer, as HTTP has it.</param>
/// <param name="Answer">The answer; null where the model was not reached or did not answer.</param>
/// <param name="Elapsed">From the moment in which the request was whole until the answer was.</param>
public sealed record AnsweredCall(ScoringTarget Target, RequestForm Form, ReadOnlyMemory<byte> Body, int Status, ScoringAnswer? Answer, TimeSpan Elapsed);

/// <summary>Hears of every request to a model. It is on the path of the answer: it may neither wait nor throw.</summary>
public interface ICallListener
{
    void Hear(AnsweredCall call);
}

/// <summary>Asks models, and tells whoever wants to know.</summary>
public sealed class ModelCalls(IEnumerable<ICallListener> listeners)
{
    private readonly ICallListener[] _listeners = [.. listeners];

    /// <exception cref="ScoringException">429 where too many wait, 503 where the model is failing, 504 where time is up.</exception>
    public async Task<ScoringAnswer> AskAsync(ScoringTarget target, RequestForm form, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var since = Stopwatch.GetTimestamp();
        try
        {
            var answer = await target.Scorer.ScoreAsync(form, body, cancel);
            Tell(new(target, form, body, answer.Status, answer, Stopwatch.GetElapsedTime(since)));
            return answer;
        }
        catch (ScoringException e)
        {
            Tell(new(target, form, body, e.Status, null, Stopwatch.GetElapsedTime(since)));
            throw;
        }
    }

    private void Tell(AnsweredCall call)
    {
        foreach (var listener in _listeners)
        {
            listener.Hear(call);
        }
    }
}
