using Microsoft.EntityFrameworkCore;
using MlHub.Events;
using Npgsql;

namespace MlHub.Adapters.Databases.Postgres;

/// <summary>Changes run serializable; the one that PostgreSQL gives up is run again.</summary>
public sealed class PostgresHubDbFactory(IDbContextFactory<PostgresHubDb> contexts, EventSignal signal) : ServerHubDbFactory<PostgresHubDb>(contexts, signal)
{
    protected override bool LostRace(Exception e)
    {
        // EF Core wraps what the driver says, once or twice.
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            if (cause is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.UniqueViolation })
            {
                return true;
            }
        }

        return false;
    }

    public override HubException? ExplainOrNull(Exception e) => PostgresFailure.ExplainOrNull(e);
}
