namespace MlHub.Live;

/// <summary>One page's wish to be told. Notices that come while it is busy or resting melt into one.</summary>
internal sealed class LiveSubscription(Func<Task> onChange, TimeSpan pace, TimeProvider clock, Action<LiveSubscription> onDispose) : IDisposable
{
    private readonly Lock _lock = new();
    private bool _running, _again, _disposed;

    public void Tell()
    {
        lock (_lock)
        {
            if (_disposed || _running)
            {
                _again = true;
                return;
            }

            _running = true;
        }

        _ = Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        do
        {
            try
            {
                await onChange();
            }
            catch (Exception)
            {
                // The page shows its own errors; a failing page must not stop the notices to come.
            }

            await Task.Delay(pace, clock);
        }
        while (GoOn());
    }

    private bool GoOn()
    {
        lock (_lock)
        {
            _running = _again && !_disposed;
            _again = false;
            return _running;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
        }

        onDispose(this);
    }
}
