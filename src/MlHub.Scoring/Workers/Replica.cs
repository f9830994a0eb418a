namespace MlHub.Scoring.Workers;

/// <summary>Keeps one process of a model going: starts it, warms it up, and starts it again when it ends, each time later where it keeps ending.</summary>
/// <param name="start">Starts a process.</param>
/// <param name="settings">What bounds it.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="changed">Is told whenever the status is another one.</param>
internal sealed class Replica(Func<CancellationToken, Task<StartedWorker>> start, ScorerSettings settings, TimeProvider clock, Action changed)
{
    private const int WarmingRequests = 20;

    private volatile WorkerProcess? _ready;
    private volatile State _state = new(ScorerStatus.Pending, null, null, 0);

    /// <summary>The process that answers; null while there is none.</summary>
    public WorkerProcess? Worker => _ready;

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
        for (var (failures, restarts) = (0, 0); !stop.IsCancellationRequested; restarts++)
        {
            Become(new(ScorerStatus.Pending, _state.Reason, null, restarts));
            var (reason, lasted) = await LiveAsync(stop);
            failures = lasted >= settings.Settled ? 0 : failures + 1;
            if (stop.IsCancellationRequested)
            {
                break;
            }

            var pause = failures == 0 ? TimeSpan.Zero : settings.FirstPause * Math.Pow(2, Math.Min(failures - 1, 16));
            pause = pause > settings.LongestPause ? settings.LongestPause : pause;
            Become(pause == TimeSpan.Zero ? new(ScorerStatus.Pending, reason, null, restarts) : new(ScorerStatus.Failing, reason, clock.GetUtcNow() + pause, restarts));
            await Task.Delay(pause, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Become(new(ScorerStatus.Stopped, null, null, 0));
    }

    /// <summary>One process from start to end: how it ended, and how long it answered.</summary>
    private async Task<(string Reason, TimeSpan Lasted)> LiveAsync(CancellationToken stop)
    {
        try
        {
            var started = await start(stop);
            using var worker = started.Process;
            await using var end = stop.Register(worker.Stop);
            Model = await worker.Ready.WaitAsync(settings.LoadTimeout, clock, stop);
            await WarmUpAsync(started);
            var since = clock.GetTimestamp();
            _ready = worker;
            Become(_state with { Status = ScorerStatus.Ready });
            var reason = $"The scoring worker {await worker.Ended}.";
            _ready = null;
            return (reason, clock.GetElapsedTime(since));
        }
        catch (TimeoutException)
        {
            return ($"The model was not loaded within {settings.LoadTimeout.TotalSeconds:0.#} seconds.", TimeSpan.Zero);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ("", TimeSpan.Zero);
        }
        catch (Exception e)
        {
            return (e.Message, TimeSpan.Zero);
        }
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
