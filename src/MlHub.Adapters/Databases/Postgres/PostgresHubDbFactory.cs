using Microsoft.EntityFrameworkCore;
using MlHub.Events;
using Npgsql;

namespace MlHub.Adapters.Databases.Postgres;

/// <summary>Changes run serializable; the one that PostgreSQL gives up is run again.</summary>
public sealed class PostgresHubDbFactory(IDbContextFactory<PostgresHubDb> contexts, EventSignal signal) : ServerHubDbFactory<PostgresHubDb>(contexts, signal)
{
    protected override bool LostRace(Exception e) =>
        (e as PostgresException ?? e.InnerException as PostgresException)?.SqlState
            is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.UniqueViolation;
}
