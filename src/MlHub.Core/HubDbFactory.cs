using System.Data;
using MlHub.Events;

namespace MlHub;

/// <summary>
/// Opens the database for one operation: <see cref="Open"/> to read, <see cref="WriteAsync{T}"/> to change.
/// A Blazor circuit lives for hours, so no context is ever scoped to one.
/// </summary>
public abstract class HubDbFactory(EventSignal signal) : IDisposable
{
    /// <summary>Many, as whoever lost a race runs again alone among the losers of this process: a crowd gets through one by one.</summary>
    private const int Attempts = 20;

    private readonly SemaphoreSlim _losersTurn = new(1);

    public abstract HubDb Open();

    /// <summary>
    /// Runs <paramref name="change"/> and commits it with its events as one transaction, isolated as if it ran alone.
    /// A lost race is run again from the start, so the change must have no effect outside <c>db</c>.
    /// </summary>
    public Task<T> WriteAsync<T>(Func<HubDb, Task<T>> change, CancellationToken cancel) => WriteAsync(change, IsolationLevel.Serializable, cancel);

    public Task WriteAsync(Func<HubDb, Task> change, CancellationToken cancel) =>
        WriteAsync(
            async db =>
            {
                await change(db);
                return true;
            },
            cancel);

    /// <summary>
    /// The same for statements of which each is right whatever others commit before it, so that nobody has to run again: an update that
    /// asks for what it changes, of rows that many take turns in. What it reads may be old when it writes.
    /// </summary>
    public Task<T> WriteStatementsAsync<T>(Func<HubDb, Task<T>> change, CancellationToken cancel) => WriteAsync(change, IsolationLevel.ReadCommitted, cancel);

    /// <summary>Whether no other process can have this database open for writing.</summary>
    public virtual bool IsAlone => false;

    public void Dispose()
    {
        _losersTurn.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<T> WriteAsync<T>(Func<HubDb, Task<T>> change, IsolationLevel isolation, CancellationToken cancel)
    {
        try
        {
            return await CommitAndTellAsync(change, isolation, cancel);
        }
        catch (Exception e) when (LostRace(e))
        {
            return await RunAgainAsync(change, isolation, cancel);
        }
    }

    private async Task<T> RunAgainAsync<T>(Func<HubDb, Task<T>> change, IsolationLevel isolation, CancellationToken cancel)
    {
        await _losersTurn.WaitAsync(cancel);
        try
        {
            for (var attempt = 2; ; attempt++)
            {
                try
                {
                    return await CommitAndTellAsync(change, isolation, cancel);
                }
                catch (Exception e) when (attempt < Attempts && LostRace(e))
                {
                    await Task.Delay(Random.Shared.Next(1, 5 * attempt), cancel);
                }
            }
        }
        finally
        {
            _losersTurn.Release();
        }
    }

    private async Task<T> CommitAndTellAsync<T>(Func<HubDb, Task<T>> change, IsolationLevel isolation, CancellationToken cancel)
    {
        IReadOnlyList<HubEvent> happened = [];
        var result = await CommitExplainedAsync(
            async db =>
            {
                var made = await change(db);
                happened = db.Recorded;
                return made;
            },
            isolation, cancel);
        foreach (var news in happened)
        {
            signal.Tell(news.Kind, news.ModelId);
        }

        signal.Raise();
        return result;
    }

    private async Task<T> CommitExplainedAsync<T>(Func<HubDb, Task<T>> change, IsolationLevel isolation, CancellationToken cancel)
    {
        try
        {
            return await CommitAsync(change, isolation, cancel);
        }
        catch (Exception e) when (!LostRace(e) && ExplainOrNull(e) is { } outage)
        {
            cancel.ThrowIfCancellationRequested();
            throw outage;
        }
    }

    /// <summary>Opens a transaction, serializable or, where the database knows it, read committed; then saves and commits.</summary>
    protected abstract Task<T> CommitAsync<T>(Func<HubDb, Task<T>> change, IsolationLevel isolation, CancellationToken cancel);

    /// <summary>Whether the database gave up this transaction in favour of another, so that trying again makes sense.</summary>
    protected abstract bool LostRace(Exception e);

    /// <summary>What callers are told of a failure of the database: that it is away or full. Null for a defect.</summary>
    public abstract HubException? ExplainOrNull(Exception e);
}
