using MlHub.Events;

namespace MlHub;

/// <summary>
/// Opens the database for one operation: <see cref="Open"/> to read, <see cref="WriteAsync{T}"/> to change.
/// A Blazor circuit lives for hours, so no context is ever scoped to one.
/// </summary>
public abstract class HubDbFactory(EventSignal signal)
{
    private const int Attempts = 6;

    public abstract HubDb Open();

    /// <summary>
    /// Runs <paramref name="change"/> and commits it with its events as one transaction, isolated as if it ran alone.
    /// A lost race is run again from the start, so the change must have no effect outside <c>db</c>.
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<HubDb, Task<T>> change, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var result = await CommitAsync(change, cancel);
                signal.Raise();
                return result;
            }
            catch (Exception e) when (attempt < Attempts && LostRace(e))
            {
                await Task.Delay(Random.Shared.Next(5, 20 * attempt), cancel);
            }
        }
    }

    public Task WriteAsync(Func<HubDb, Task> change, CancellationToken cancel) =>
        WriteAsync(
            async db =>
            {
                await change(db);
                return true;
            },
            cancel);

    /// <summary>Opens a transaction at the isolation that makes the change run as if alone, then saves and commits.</summary>
    protected abstract Task<T> CommitAsync<T>(Func<HubDb, Task<T>> change, CancellationToken cancel);

    /// <summary>Whether the database gave up this transaction in favour of another, so that trying again makes sense.</summary>
    protected abstract bool LostRace(Exception e);
}
