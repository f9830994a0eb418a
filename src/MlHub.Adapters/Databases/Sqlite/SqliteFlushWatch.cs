using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using MlHub.Operations;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>Ends all writing when a commit of EF Core could not be flushed to the disk; a statement outside of a transaction is its own commit.</summary>
public sealed class SqliteFlushWatch(WriteStop stop) : DbTransactionInterceptor, IDbCommandInterceptor
{
    public override void TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData) => Notice(eventData.Exception);

    public override Task TransactionFailedAsync(DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Notice(eventData.Exception);
        return Task.CompletedTask;
    }

    public void CommandFailed(DbCommand command, CommandErrorEventData eventData) => Notice(eventData.Exception);

    public Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Notice(eventData.Exception);
        return Task.CompletedTask;
    }

    private void Notice(Exception failure)
    {
        if (SqliteFailure.IsOfFlush(failure))
        {
            stop.Set(failure);
        }
    }
}
