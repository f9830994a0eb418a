using Npgsql;

namespace MlHub.Adapters.Databases.Postgres;

/// <summary>What a failure of PostgreSQL means to a caller.</summary>
internal static class PostgresFailure
{
    /// <summary>The transaction lost to another, or its run was removed after it was found: running it again decides.</summary>
    public static bool IsLostRace(Exception e) => e is PostgresException
    {
        SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.ForeignKeyViolation
    };

    public static Exception Explain(NpgsqlException e) => (Exception?)ExplainOrNull(e) ?? e;

    /// <summary>Null for what is no failure of PostgreSQL's, or a defect.</summary>
    public static HubException? ExplainOrNull(Exception? e) => e switch
    {
        null => null,
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } =>
            new(HubError.StorageFull, "The disk of the database is full; nothing of this call was stored."),
        PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire } =>
            HubException.Invalid("Keys and values must not contain the character U+0000."),
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => Away,
        PostgresException { IsTransient: false, InvariantSeverity: not ("FATAL" or "PANIC") } => null,
        NpgsqlException => Away,
        // EF Core wraps what the driver says, once or twice.
        _ => ExplainOrNull(e.InnerException),
    };

    private static HubException Away => new(HubError.Unavailable, "The database does not answer just now. Try again.");
}
