namespace MlHub.Scoring.Workers;

/// <summary>
/// Answers the requests to one model, by one process or several that share them. A model that crashes, hangs or eats memory takes its
/// process only: those who wait for it are told, everybody else waits for the next.
/// </summary>
public sealed class Scorer : IAsyncDisposable
{
    private readonly Func<CancellationToken, Task<StartedWorker>> _start;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly Action _onChange;
    private Replica[] _replicas = [];
    private Task _running = Task.CompletedTask;
    private CancellationTokenSource? _stop;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isRetired;
    private volatile Scorer? _successor;
    private int _admitted;
    private long _lastUsed;

    /// <param name="start">Starts a process; what it throws is why the model is failing.</param>
    /// <param name="settings">What bounds it.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="onChange">Is told whenever a process starts, is ready or ends.</param>
    public Scorer(Func<CancellationToken, Task<StartedWorker>> start, ScorerSettings settings, TimeProvider clock, Action onChange)
    {
        (_start, Settings, _clock, _onChange) = (start, settings, clock, onChange);
        _lastUsed = clock.GetTimestamp();
    }

    public ScorerSettings Settings { get; }

    /// <summary>How long nobody has asked.</summary>
    public TimeSpan Idle => InFlight > 0 ? TimeSpan.Zero : _clock.GetElapsedTime(Interlocked.Read(ref _lastUsed));

    public int InFlight => Volatile.Read(ref _admitted);

    public bool IsReady => Array.Exists(_replicas, r => r.Worker is not null);

    public ScorerState State
    {
        get
        {
            var replicas = _replicas;
            if (replicas.Length == 0)
            {
                return ScorerState.Stopped;
            }

            var states = Array.ConvertAll(replicas, r => r.Current);
            // One that answers is enough; one that is on its way is worth waiting for.
            var status = new[] { ScorerStatus.Ready, ScorerStatus.Pending, ScorerStatus.Failing, ScorerStatus.Failed, ScorerStatus.Stopped }.First(s => Array.Exists(states, r => r.Status == s));
            var told = Array.Find(states, r => r.Status == status)!;
            return new(status, told.Reason, told.RetryAt, InFlight, replicas.Select(r => r.Model).FirstOrDefault(m => m is not null), replicas[0].ExampleRefusal, states);
        }
    }

    /// <summary>Loads the model where it is not loaded already.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (_stop is null && !_isRetired)
            {
                _stop = new();
                var stop = _stop.Token;
                _replicas = [.. Enumerable.Range(0, Settings.Replicas).Select(_ => new Replica(_start, Settings, _clock, () => IsReady, Announce))];
                _running = Task.WhenAll(_replicas.Select(r => Task.Run(() => r.RunAsync(stop))));
            }
        }
    }

    /// <summary>Ends the processes once the requests under way are answered; the next request starts them again.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        var deadline = _clock.GetTimestamp() + (long)(patience.TotalSeconds * _clock.TimestampFrequency);
        while (InFlight > 0 && _clock.GetTimestamp() < deadline)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), _clock);
        }

        CancellationTokenSource? stop;
        Task running;
        lock (_gate)
        {
            (stop, running) = (_stop, _running);
            (_stop, _replicas) = (null, []);
        }

        if (stop is not null)
        {
            await stop.CancelAsync();
            await running;
            stop.Dispose();
            Announce();
        }
    }

    /// <summary>Answers one request, loading the model first where nothing is loaded.</summary>
    /// <exception cref="ScoringException">429 where too many wait, 503 where the model is failing, 504 where time is up.</exception>
    public async Task<ScoringAnswer> ScoreAsync(RequestForm form, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _admitted) > Settings.Queue)
        {
            Interlocked.Decrement(ref _admitted);
            throw new ScoringException(429, "REQUEST_LIMIT_EXCEEDED", $"{Settings.Queue} requests wait for this model already.") { RetryAfter = TimeSpan.FromSeconds(1) };
        }

        try
        {
            while (_successor is null && (Free() ?? await FreeAsync(cancel)) is { } worker)
            {
                try
                {
                    return await worker.AskAsync(form, body, Settings.RequestTimeout).WaitAsync(cancel);
                }
                catch (ScoringException e) when (e.Status == 503 && worker.IsStopped)
                {
                    // We ended it ourselves in the moment in which the request came: asking again changes nothing.
                }
            }

            return await _successor!.ScoreAsync(form, body, cancel);
        }
        finally
        {
            Interlocked.Exchange(ref _lastUsed, _clock.GetTimestamp());
            Interlocked.Decrement(ref _admitted);
        }
    }

    /// <summary>What the model takes and gives; loads it where it is not loaded.</summary>
    /// <exception cref="ScoringException">503 where the model is failing, 504 where time is up.</exception>
    public async Task<ModelDescription> DescribeAsync(CancellationToken cancel)
    {
        if (State.Model is { } known)
        {
            return known;
        }

        return await FreeAsync(cancel) is { } worker ? await worker.Ready : await _successor!.DescribeAsync(cancel);
    }

    /// <summary>Ends the processes for good, once the requests under way are answered.</summary>
    /// <param name="patience">How long these are waited for.</param>
    /// <param name="successor">Who answers the requests that come from now on; null where nobody does.</param>
    public async Task RetireAsync(TimeSpan patience, Scorer? successor = null)
    {
        if (successor is not null)
        {
            // Those who wait for a process of ours go there too.
            _successor = successor;
            Announce();
        }

        await StopAsync(patience);
        _isRetired = true;
        await StopAsync(TimeSpan.Zero);
    }

    public async ValueTask DisposeAsync() => await RetireAsync(TimeSpan.Zero);

    private WorkerProcess? Free()
    {
        WorkerProcess? free = null;
        foreach (var replica in _replicas)
        {
            if (replica.Worker is { } worker && (free is null || worker.InFlight < free.InFlight))
            {
                free = worker;
            }
        }

        return free;
    }

    /// <summary>Waits for a process while one is on its way; null where a successor answers.</summary>
    private async Task<WorkerProcess?> FreeAsync(CancellationToken cancel)
    {
        var since = _clock.GetTimestamp();
        while (true)
        {
            var change = _changed.Task;
            Start();
            if (Free() is { } worker)
            {
                return worker;
            }

            if (_successor is not null)
            {
                return null;
            }

            if (_isRetired)
            {
                throw ScoringException.Unavailable("The model is not served any more.", TimeSpan.FromSeconds(1));
            }

            var left = Settings.LoadTimeout - _clock.GetElapsedTime(since);
            var state = State;
            if (state.Status == ScorerStatus.Failed)
            {
                throw new ScoringException(503, "INVALID_STATE", state.Reason!);
            }

            if (state is { Status: ScorerStatus.Failing } failing)
            {
                var pause = (failing.RetryAt ?? default) - _clock.GetUtcNow();
                throw ScoringException.Unavailable($"The model does not run: {failing.Reason}", pause > TimeSpan.FromSeconds(1) ? pause : TimeSpan.FromSeconds(1));
            }

            if (left <= TimeSpan.Zero)
            {
                throw new ScoringException(504, "DEADLINE_EXCEEDED", "Request processing time exceeded limit: the model was not loaded in time.");
            }

            await change.WaitAsync(left, _clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancel.ThrowIfCancellationRequested();
        }
    }

    private void Announce()
    {
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        _onChange();
    }
}
