using System.Data;
using Microsoft.EntityFrameworkCore;
using MlHub.Events;

namespace MlHub.Adapters.Databases;

/// <summary>A database that isolates transactions itself.</summary>
public abstract class ServerHubDbFactory<TDb>(IDbContextFactory<TDb> contexts, EventSignal signal) : HubDbFactory(signal)
    where TDb : HubDb
{
    public override HubDb Open() => contexts.CreateDbContext();

    protected override async Task<T> CommitAsync<T>(Func<HubDb, Task<T>> change, IsolationLevel isolation, CancellationToken cancel)
    {
        await using var db = Open();
        // A change that fails is rolled back whole, or run again from its start; a savepoint before each saving would be two round trips.
        db.Database.AutoSavepointsEnabled = false;
        await using var transaction = await db.Database.BeginTransactionAsync(isolation, cancel);
        var result = await change(db);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return result;
    }
}
