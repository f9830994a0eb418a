using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Access;
using MlHub.Live;
using MlHub.Operations;
using MlHub.Scoring;
using MlHub.Scoring.Signatures;
using MlHub.Serving.Capture;

namespace MlHub.Serving.Drift;

/// <summary>A version that is to answer its own training sample.</summary>
internal sealed record SampleTask(string Key, long ModelId, string Model, int Version, DriftSample Sample, IReadOnlyList<SignatureField> Inputs);

/// <summary>What versions answer to their own training samples, by output. It is asked for once and kept beside the hub's data; what is gone is asked again.</summary>
internal sealed class SampleAnswers(IKeptBytes kept, TimeProvider clock)
{
    private const string Kind = "sample-answers-1";
    private const int Room = 50;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (string Why, DateTimeOffset Until)> _failed = new();
    private readonly ConcurrentDictionary<string, bool> _asked = new();
    private readonly Channel<SampleTask> _queue = Channel.CreateBounded<SampleTask>(Room);

    public ChannelReader<SampleTask> Waiting => _queue.Reader;

    /// <summary>Null where they are not known; then it is tried, and the words say how that stands.</summary>
    public (IReadOnlyDictionary<string, List<string?>>? Answers, string Why) Find(SampleTask task)
    {
        if (kept.FindOrNull(Kind, task.Key) is { } json)
        {
            return (JsonSerializer.Deserialize<Dictionary<string, List<string?>>>(json), "");
        }

        if (_failed.TryGetValue(task.Key, out var failed) && clock.GetUtcNow() < failed.Until)
        {
            return (null, failed.Why);
        }

        if (_asked.TryAdd(task.Key, true) && !_queue.Writer.TryWrite(task))
        {
            _asked.TryRemove(task.Key, out _);
        }

        return (null, "The version is being asked its training sample; look again in a moment.");
    }

    public void Keep(SampleTask task, Dictionary<string, List<string?>> answers)
    {
        kept.Keep(Kind, task.Key, JsonSerializer.SerializeToUtf8Bytes(answers));
        _asked.TryRemove(task.Key, out _);
    }

    public void Fail(SampleTask task, string why)
    {
        _failed[task.Key] = (why, clock.GetUtcNow() + Pause);
        _asked.TryRemove(task.Key, out _);
    }
}

/// <summary>Asks versions their training samples, one after the other. What it asks is no caller's request: it is neither measured nor kept.</summary>
internal sealed class SampleAnswersWorker(SampleAnswers answers, ServedModels served, LiveFeed feed, ILogger<SampleAnswersWorker> logger) : BackgroundService
{
    private const int AtOnce = 200, AnswerBytes = 8 * 1024 * 1024;
    private static readonly TimeSpan Courtesy = TimeSpan.FromMilliseconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var task in answers.Waiting.ReadAllAsync(stoppingToken))
        {
            try
            {
                answers.Keep(task, await AskAsync(task, stoppingToken));
            }
            catch (Exception e) when (e is ScoringException or HubException or InvalidDataException or JsonException)
            {
                answers.Fail(task, $"The version could not answer its training sample: {e.Message.Split('\n')[0]}");
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogError(e, "A version's answers to its training sample could not be had.");
                answers.Fail(task, "The version could not answer its training sample; the log says why.");
            }

            feed.Announce(Topics.Captured(task.ModelId));
        }
    }

    private async Task<Dictionary<string, List<string?>>> AskAsync(SampleTask task, CancellationToken cancel)
    {
        var scorer = (await served.FindAsync(Caller.System, task.Model, $"{task.Version}", cancel)).Scorer;
        Dictionary<string, List<string?>> found = new(StringComparer.Ordinal);
        for (var first = 0; first < task.Sample.Rows.Count; first += AtOnce)
        {
            var answer = await scorer.ScoreAsync(RequestForm.InvocationJson, task.Sample.Request(task.Inputs, first, AtOnce), cancel);
            if (answer.Status != 200 || answer.Body.Length > AnswerBytes)
            {
                throw new InvalidDataException(answer.Status != 200 ? RefusalOf(answer) : "its answers are too large.");
            }

            using var document = JsonDocument.Parse(answer.Body);
            foreach (var (name, value) in AnswerTable.Rows(document.RootElement).SelectMany(r => r))
            {
                (found.TryGetValue(name, out var values) ? values : found[name] = []).Add(DriftSample.TextOf(value));
            }

            await Task.Delay(Courtesy, cancel);
        }

        return found;
    }

    private static string RefusalOf(ScoringAnswer answer)
    {
        using var document = JsonDocument.Parse(answer.Body);
        return document.RootElement.TryGetProperty("message", out var message) ? Tracking.LogRules.Shown(message.ToString()) : $"it answered {answer.Status}.";
    }
}
