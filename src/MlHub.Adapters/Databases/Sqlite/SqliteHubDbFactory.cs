using System.Data;
using Microsoft.EntityFrameworkCore;
using MlHub.Events;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>Changes take their turn, so none can lose a race.</summary>
public sealed class SqliteHubDbFactory(IDbContextFactory<SqliteHubDb> contexts, SqliteWriteLock turn, EventSignal signal) : HubDbFactory(signal)
{
    public override HubDb Open() => contexts.CreateDbContext();

    public override bool IsAlone => true;

    protected override async Task<T> CommitAsync<T>(Func<HubDb, Task<T>> change, IsolationLevel isolation, CancellationToken cancel)
    {
        await using var db = Open();
        // A change that fails is rolled back whole.
        db.Database.AutoSavepointsEnabled = false;
        using (await turn.EnterAsync(cancel))
        {
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancel);
            var result = await change(db);
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
            return result;
        }
    }

    protected override bool LostRace(Exception e) => false;

    public override HubException? ExplainOrNull(Exception e) => SqliteFailure.ExplainOrNull(e);
}
