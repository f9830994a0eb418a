using MlHub.Operations;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>
/// The turn to write. EF's changes and the run log's writer share one SQLite file; with one writer or checkpoint at a time
/// no write ever waits inside SQLite, and the WAL-reset fault of SQLite before 3.51.3 (https://sqlite.org/wal.html) cannot arise.
/// </summary>
public sealed class SqliteWriteLock(WriteStop? stop = null) : IDisposable
{
    /// <summary>Whoever waits longer is told to come again, so that no call hangs behind a database that another program holds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <exception cref="HubException">Unavailable where others write for too long, or writing has ended (<see cref="WriteStop"/>).</exception>
    public async Task<IDisposable> EnterAsync(CancellationToken cancel)
    {
        stop?.Check();
        return await _turn.WaitAsync(Patience, cancel) ? Checked() : throw Busy();
    }

    /// <inheritdoc cref="EnterAsync"/>
    public IDisposable Enter() => _turn.Wait(Patience) ? Checked() : throw Busy();

    /// <summary>The turn however long it takes, for the last of all writes.</summary>
    /// <exception cref="HubException">Unavailable where writing has ended.</exception>
    public IDisposable EnterAtLast()
    {
        _turn.Wait();
        return Checked();
    }

    private static HubException Busy() => new(HubError.Unavailable, "The database is busy; nothing of this call was stored. Try again.");

    private Turn Checked()
    {
        var entered = new Turn(_turn);
        try
        {
            stop?.Check();
            return entered;
        }
        catch
        {
            entered.Dispose();
            throw;
        }
    }

    /// <summary>The turn if it is free, else null at once.</summary>
    public IDisposable? EnterOrNull() => _turn.Wait(0) ? Checked() : null;

    public void Dispose() => _turn.Dispose();

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        private SemaphoreSlim? _turn = turn;

        public void Dispose() => Interlocked.Exchange(ref _turn, null)?.Release();
    }
}
