using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using MlHub.Operations;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>Ends all writing when a commit of EF Core could not be flushed to the disk.</summary>
public sealed class SqliteFlushWatch(WriteStop stop) : DbTransactionInterceptor
{
    public override void TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData) => Notice(eventData);

    public override Task TransactionFailedAsync(DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Notice(eventData);
        return Task.CompletedTask;
    }

    private void Notice(TransactionErrorEventData failure)
    {
        if (SqliteFailure.IsOfFlush(failure.Exception))
        {
            stop.Set(failure.Exception);
        }
    }
}
