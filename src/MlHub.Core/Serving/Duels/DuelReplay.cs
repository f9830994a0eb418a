using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using MlHub.Scoring;
using MlHub.Scoring.Signatures;
using MlHub.Scoring.Workers;
using MlHub.Serving.Capture;

namespace MlHub.Serving.Duels;

/// <summary>
/// Asks two versions the same kept requests, one request after the other and each version first in turn, so that both meet the same load. Callers go first: while
/// either version is being asked, it waits a little. What it asks counts neither as a caller's request nor is it kept.
/// </summary>
internal sealed class DuelReplay(Scorer present, Scorer candidate, IReadOnlyList<SignatureField> presentInputs, IReadOnlyList<SignatureField> candidateInputs, TimeProvider clock)
{
    private const int AnswerBytes = 4 * 1024 * 1024, Attempts = 3;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5), Courtesy = TimeSpan.FromMilliseconds(100), Glance = TimeSpan.FromMilliseconds(5);

    private readonly List<double> _presentTimes = [], _candidateTimes = [];
    private readonly SortedDictionary<string, int> _leftOut = new(StringComparer.Ordinal);
    private int _replayed, _presentErrors, _candidateErrors;
    private string? _error;

    /// <summary>Replays all, and fills the comparison.</summary>
    public async Task<DuelResult> RunAsync(int number, IReadOnlyList<CapturedRequest> requests, DuelComparison comparison, CancellationToken cancel)
    {
        var since = clock.GetTimestamp();
        foreach (var (turn, captured) in requests.Index())
        {
            using var document = JsonDocument.Parse(captured.Request);
            var why = WhyNot(document.RootElement) ?? (clock.GetElapsedTime(since) > Longest ? $"the duel took longer than {Longest.TotalMinutes} minutes" : null);
            if (why is not null)
            {
                _leftOut[why] = _leftOut.GetValueOrDefault(why) + 1;
                continue;
            }

            await ReplayAsync(captured, turn % 2 == 0, comparison, cancel);
        }

        return new(number, _replayed, comparison.Rows, comparison.Equal)
        {
            LeftOut = [.. _leftOut.Select(l => new LeftOut(l.Key, l.Value))],
            Outputs = comparison.Outputs,
            Disagreements = comparison.Disagreements,
            Captured = DuelLatency.Of([.. requests.Select(r => r.Milliseconds)]),
            PresentLatency = DuelLatency.Of(_presentTimes),
            CandidateLatency = DuelLatency.Of(_candidateTimes),
            PresentErrors = _presentErrors,
            CandidateErrors = _candidateErrors,
            Error = _error,
        };
    }

    /// <summary>What was redacted cannot be asked again where either version needs it; null where nothing is in the way.</summary>
    private string? WhyNot(JsonElement request)
    {
        if (!request.TryGetProperty(KeptRequest.RedactedKey, out var redacted))
        {
            return null;
        }

        var needed = redacted.EnumerateArray().Select(r => r.GetString()!).Where(name => Needs(presentInputs, name) || Needs(candidateInputs, name)).ToList();
        return needed.Count == 0 ? null : $"the redacted {(needed.Count == 1 ? "column" : "columns")} {string.Join(", ", needed)} cannot be asked again";
    }

    private static bool Needs(IReadOnlyList<SignatureField> inputs, string name) => inputs.Count == 0 || inputs.Any(f => f.Name == name && f.Required);

    private async Task ReplayAsync(CapturedRequest captured, bool presentFirst, DuelComparison comparison, CancellationToken cancel)
    {
        Answered one = default, other = default;
        foreach (var isPresent in new[] { presentFirst, !presentFirst })
        {
            await WaitForCallersAsync(cancel);
            if (isPresent)
            {
                one = await AskAsync(present, captured.Request, cancel);
            }
            else
            {
                other = await AskAsync(candidate, captured.Request, cancel);
            }
        }

        _replayed++;
        _presentErrors += one.Error is null ? 0 : 1;
        _candidateErrors += other.Error is null ? 0 : 1;
        _error ??= other.Error ?? one.Error;
        if (one.Error is null)
        {
            _presentTimes.Add(one.Milliseconds);
        }

        if (other.Error is null)
        {
            _candidateTimes.Add(other.Milliseconds);
        }

        if (one.Body is { } answer)
        {
            using var said = JsonDocument.Parse(answer);
            if (other.Body is { } counter)
            {
                using var countered = JsonDocument.Parse(counter);
                comparison.Add(captured.Id, said.RootElement, countered.RootElement);
            }
            else
            {
                comparison.AddFailure(captured.Id, said.RootElement, other.Error ?? "");
            }
        }
    }

    private async Task<Answered> AskAsync(Scorer scorer, byte[] request, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var since = Stopwatch.GetTimestamp();
            try
            {
                var answer = await scorer.ScoreAsync(RequestForm.InvocationJson, request, cancel);
                return answer.Status != 200 ? new(0, null, RefusalOf(answer))
                    : answer.Body.Length > AnswerBytes ? new(0, null, "The answer is larger than is compared")
                    : !IsJson(answer.Body) ? new(0, null, "It did not answer JSON")
                    : new(Stopwatch.GetElapsedTime(since).TotalMilliseconds, answer.Body, null);
            }
            catch (ScoringException e) when (e.RetryAfter is not null && attempt < Attempts)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), clock, cancel);
            }
            catch (ScoringException e)
            {
                return new(0, null, e.Message);
            }
        }
    }

    private async Task WaitForCallersAsync(CancellationToken cancel)
    {
        for (var since = clock.GetTimestamp(); present.InFlight + candidate.InFlight > 0 && clock.GetElapsedTime(since) < Courtesy;)
        {
            await Task.Delay(Glance, clock, cancel);
        }
    }

    private static bool IsJson(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The code alone: the words of a refusal repeat what was sent, which not everybody may read who reads the check.</summary>
    private static string RefusalOf(ScoringAnswer answer)
    {
        try
        {
            return $"It refused the request: {(JsonNode.Parse(answer.Body.Span)?["error_code"]?.ToString() is { } code && code.All(c => c is '_' or (>= 'A' and <= 'Z')) ? code : answer.Status)}";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return $"It answered {answer.Status}";
        }
    }

    private readonly record struct Answered(double Milliseconds, ReadOnlyMemory<byte>? Body, string? Error);
}
