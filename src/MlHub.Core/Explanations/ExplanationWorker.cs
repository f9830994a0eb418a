using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Access;
using MlHub.Live;

namespace MlHub.Explanations;

/// <summary>
/// Computes explanations one after the other, in two lanes: of samples, which may take minutes, and of single requests, beside which somebody waits. The queues are in
/// memory alone: what a restart loses is asked for again. Who asks for what is asked for already waits for the same computation.
/// </summary>
public sealed class ExplanationWorker(ExplanationReader reader, KeptExplanations kept, LiveFeed feed, ILogger<ExplanationWorker> logger) : BackgroundService
{
    private const int MostRemembered = 200;

    private readonly Channel<ExplanationJob> _ofSamples = Channel.CreateUnbounded<ExplanationJob>(), _ofRequests = Channel.CreateUnbounded<ExplanationJob>();
    private readonly Lock _lock = new();
    private readonly List<ExplanationJob> _jobs = [];
    private readonly Dictionary<ExplanationJob, Action> _running = [];

    /// <summary>The computation that was last begun under the key.</summary>
    internal ExplanationJob? FindOrNull(string key)
    {
        lock (_lock)
        {
            return _jobs.FindLast(j => j.Key == key);
        }
    }

    /// <summary>What was last computed of one of these models for one of these samples; null where nothing is kept.</summary>
    internal Explanation? LastOrNull(ExplanationFiles files)
    {
        var (models, samples) = (files.Models.Select(f => f.Digest).ToHashSet(), files.Samples.Select(f => f.Digest).ToHashSet());
        lock (_lock)
        {
            return _jobs.FindLast(j => j.Row is null && j.State.Status == ExplanationStatus.Finished && models.Contains(j.Model.Digest) && samples.Contains(j.Sample.Digest)) is { } job
                ? kept.FindOrNull(job.Key)
                : kept.OfFilesOrNull(files);
        }
    }

    /// <exception cref="HubException">TooManyRequests where too many wait.</exception>
    internal void Enqueue(ExplanationJob job)
    {
        lock (_lock)
        {
            var known = _jobs.FindLast(j => j.Key == job.Key);
            if (known is { State.IsOpen: true } || known is null or { State.Status: ExplanationStatus.Finished } && kept.FindOrNull(job.Key) is not null)
            {
                return;
            }

            var open = _jobs.Where(j => j.State.IsOpen && j.Row is null == job.Row is null).ToList();
            if (open.Count >= Limits.QueuedExplanations || open.Count(j => j.Starter.Id == job.Starter.Id) >= Limits.QueuedExplanationsPerUser)
            {
                throw new HubException(HubError.TooManyRequests, "Too many explanations wait to be computed. Try again when one of them is done.");
            }

            _jobs.RemoveAll(j => j.Key == job.Key);
            if (_jobs.Count >= MostRemembered)
            {
                _jobs.Remove(_jobs.First(j => !j.State.IsOpen));
            }

            _jobs.Add(job);
        }

        (job.Row is null ? _ofSamples : _ofRequests).Writer.TryWrite(job);
        feed.Announce(Topics.Explanation(job.Key));
    }

    /// <summary>What runs ends after its present row.</summary>
    internal void Cancel(ExplanationJob job)
    {
        lock (_lock)
        {
            if (_running.TryGetValue(job, out var end))
            {
                end();
            }
            else if (job.State.Status == ExplanationStatus.Queued)
            {
                job.State = job.State with { Status = ExplanationStatus.Cancelled };
            }
        }

        feed.Announce(Topics.Explanation(job.Key));
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(RunAsync(_ofSamples, stoppingToken), RunAsync(_ofRequests, stoppingToken));

    private async Task RunAsync(Channel<ExplanationJob> lane, CancellationToken stoppingToken)
    {
        await foreach (var job in lane.Reader.ReadAllAsync(stoppingToken))
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            if (Begin(job, cancel.Cancel))
            {
                await RunAsync(job, cancel.Token);
                lock (_lock)
                {
                    _running.Remove(job);
                }
            }
        }
    }

    /// <summary>False for one that was cancelled while it waited.</summary>
    private bool Begin(ExplanationJob job, Action cancel)
    {
        lock (_lock)
        {
            if (job.State.Status != ExplanationStatus.Queued)
            {
                return false;
            }

            (_running[job], job.State) = (cancel, job.State with { Status = ExplanationStatus.Running });
        }

        feed.Announce(Topics.Explanation(job.Key));
        return true;
    }

    private async Task RunAsync(ExplanationJob job, CancellationToken cancel)
    {
        try
        {
            // Not on the thread that starts the hub, and not in the way of what answers.
            await Task.Run(() => ComputeAsync(job, cancel), cancel);
        }
        catch (OperationCanceledException)
        {
            Tell(job, job.State with { Status = ExplanationStatus.Cancelled });
        }
        catch (Exception e) when (e is InvalidDataException or HubException)
        {
            Tell(job, job.State with { Status = ExplanationStatus.Failed, Why = e.Message });
        }
        catch (Exception e)
        {
            logger.LogError(e, "An explanation could not be computed.");
            Tell(job, job.State with { Status = ExplanationStatus.Failed, Why = "It could not be computed; the log says why." });
        }
    }

    private async Task ComputeAsync(ExplanationJob job, CancellationToken cancel)
    {
        var model = await reader.ModelAsync(job.Model, cancel);
        var sample = await reader.SampleAsync(job.Sample, cancel);
        var background = job.Names is null ? sample : sample.SelectOrNull(job.Names) ?? sample;
        var computation = job.Row is null ? new ShapComputation(model, background) : new(model, new(background.Columns, [[.. job.Row]]), background);
        var explanation = job.Row is null ? computation.Run(done => Tell(job, new(ExplanationStatus.Running, done, computation.Rows, "", false)), cancel) : RunInTime(computation, cancel);
        if (job.Row is null)
        {
            kept.KeepComputed(job, explanation);
        }
        else
        {
            // Every request has its own: none is worth a file.
            kept.Keep(job.Key, explanation);
        }

        Tell(job, job.State with { Status = ExplanationStatus.Finished });
    }

    /// <summary>Somebody looks at the answer to a request and waits for this.</summary>
    private static Explanation RunInTime(ShapComputation computation, CancellationToken cancel)
    {
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timed.CancelAfter(Limits.RequestExplanation);
        try
        {
            return computation.Run(_ => { }, timed.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new InvalidDataException($"It takes longer than {Limits.RequestExplanation.TotalSeconds:0} seconds for this model.");
        }
    }

    private void Tell(ExplanationJob job, ExplanationState state)
    {
        job.State = state;
        feed.Announce(Topics.Explanation(job.Key));
    }
}
