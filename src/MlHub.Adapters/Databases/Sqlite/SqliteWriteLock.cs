namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>
/// The turn to write. EF's changes and the run log's writer share one SQLite file; with one writer or checkpoint at a time
/// no write ever waits inside SQLite, and the WAL-reset fault of SQLite before 3.51.3 (https://sqlite.org/wal.html) cannot arise.
/// </summary>
public sealed class SqliteWriteLock : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    public async Task<IDisposable> EnterAsync(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        return new Turn(_turn);
    }

    public IDisposable Enter()
    {
        _turn.Wait();
        return new Turn(_turn);
    }

    /// <summary>The turn if it is free, else null at once.</summary>
    public IDisposable? EnterOrNull() => _turn.Wait(0) ? new Turn(_turn) : null;

    public void Dispose() => _turn.Dispose();

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        private SemaphoreSlim? _turn = turn;

        public void Dispose() => Interlocked.Exchange(ref _turn, null)?.Release();
    }
}
