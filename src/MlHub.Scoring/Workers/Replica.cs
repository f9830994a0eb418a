namespace MlHub.Scoring.Workers;

/// <summary>Keeps one process of a model going: starts it, warms it up, and starts it again when it ends, each time later where it keeps ending.</summary>
/// <param name="start">Starts a process.</param>
/// <param name="settings">What bounds it.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="othersAnswer">Whether another process of the model answers: then it can be loaded, whatever happens here.</param>
/// <param name="changed">Is told whenever the status is another one.</param>
internal sealed class Replica(Func<CancellationToken, Task<StartedWorker>> start, ScorerSettings settings, TimeProvider clock, Func<bool> othersAnswer, Action changed)
{
    private const int WarmingRequests = 20;

    private volatile WorkerProcess? _ready;
    private volatile State _state = new(ScorerStatus.Pending, null, null, 0);

    /// <summary>How a process came to its end.</summary>
    private enum End
    {
        /// <summary>There was none: this is the hub's trouble.</summary>
        NotStarted,

        /// <summary>The model was refused.</summary>
        Refused,

        /// <summary>It died over the model, or was not ready in time.</summary>
        Loading,

        /// <summary>It had answered.</summary>
        Answering,
    }

    /// <summary>The process that answers; null while there is none.</summary>
    public WorkerProcess? Worker => _ready is { IsEnded: false } worker ? worker : null;

    public ModelDescription? Model { get; private set; }

    /// <summary>What the model said to its own example; null where it answered.</summary>
    public string? ExampleRefusal { get; private set; }

    public ReplicaState Current
    {
        get
        {
            var (state, worker) = (_state, _ready);
            return new(state.Status, state.Reason, state.RetryAt, worker?.Id, worker?.MemoryBytes ?? 0, state.Restarts);
        }
    }

    /// <summary>Ends only when it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        for (var (failures, attempts, restarts) = (0, 0, 0); !stop.IsCancellationRequested;)
        {
            Become(new(ScorerStatus.Pending, _state.Reason, null, restarts));
            var (end, reason, lasted) = await LiveAsync(stop);
            if (stop.IsCancellationRequested)
            {
                break;
            }

            failures = lasted >= settings.Settled ? 0 : failures + 1;
            attempts = end is End.Loading or End.Refused ? attempts + 1 : 0;
            restarts += end == End.Answering ? 1 : 0;
            if ((end == End.Refused || attempts >= settings.LoadAttempts) && !othersAnswer())
            {
                Become(new(ScorerStatus.Failed, reason, null, restarts));
                await Task.Delay(Timeout.InfiniteTimeSpan, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            }

            var pause = failures == 0 ? TimeSpan.Zero : settings.FirstPause * Math.Pow(2, Math.Min(failures - 1, 16));
            pause = pause > settings.LongestPause ? settings.LongestPause : pause;
            // While it is being loaded those who ask wait for the next attempt: there are few.
            var isAwaited = pause == TimeSpan.Zero || (end == End.Loading && attempts < settings.LoadAttempts);
            Become(new(isAwaited ? ScorerStatus.Pending : ScorerStatus.Failing, reason, isAwaited ? null : clock.GetUtcNow() + pause, restarts));
            await Task.Delay(pause, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Become(new(ScorerStatus.Stopped, null, null, 0));
    }

    /// <summary>One process from start to end: how it ended, and how long it answered.</summary>
    private async Task<(End End, string Reason, TimeSpan Lasted)> LiveAsync(CancellationToken stop)
    {
        StartedWorker started;
        try
        {
            started = await start(stop);
        }
        catch (Exception e)
        {
            return (End.NotStarted, e.Message, TimeSpan.Zero);
        }

        using var worker = started.Process;
        await using var stopping = stop.Register(worker.Stop);
        try
        {
            Model = await worker.Ready.WaitAsync(settings.LoadTimeout, clock, stop);
            await WarmUpAsync(started);
        }
        catch (TimeoutException)
        {
            return (End.Loading, $"The model was not loaded within {settings.LoadTimeout.TotalSeconds:0.#} seconds.", TimeSpan.Zero);
        }
        catch (Exception e)
        {
            return (worker.Refusal switch { null => End.Loading, WorkerRefusal.Model => End.Refused, _ => End.NotStarted }, e.Message, TimeSpan.Zero);
        }

        var since = clock.GetTimestamp();
        _ready = worker;
        Become(_state with { Status = ScorerStatus.Ready });
        var reason = $"The scoring worker {await worker.Ended}.";
        _ready = null;
        return (End.Answering, reason, clock.GetElapsedTime(since));
    }

    /// <summary>The first answers of a process are its slowest. A refused example is told; a process that does not survive it is failing.</summary>
    private async Task WarmUpAsync(StartedWorker started)
    {
        ExampleRefusal = null;
        for (var i = 0; started.Example is { } request && i < WarmingRequests && ExampleRefusal is null; i++)
        {
            var answer = await started.Process.AskAsync(request.Form, request.Body, settings.LoadTimeout);
            ExampleRefusal = answer.Status == 200 ? null : System.Text.Encoding.UTF8.GetString(answer.Body.Span);
        }
    }

    private void Become(State state)
    {
        _state = state;
        changed();
    }

    private sealed record State(ScorerStatus Status, string? Reason, DateTimeOffset? RetryAt, int Restarts);
}
