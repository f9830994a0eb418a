using Microsoft.Data.SqlClient;

namespace MlHub.Adapters.Databases.SqlServer;

/// <summary>What a failure of SQL Server means to a caller.</summary>
internal static class SqlServerFailure
{
    private const int DeadlockVictim = 1205, DuplicateKey = 2601, DuplicateConstraint = 2627, ForeignKey = 547;
    private const int FileGroupFull = 1105, LogFull = 9002, QuotaReached = 40544;
    private const int TimedOut = -2, ReadOnlyDatabase = 3906;

    /// <summary>SqlClient's class of errors that end the connection.</summary>
    private const byte Fatal = 20;

    /// <summary>The transaction lost to another, or its run was removed after it was found: running it again decides.</summary>
    public static bool IsLostRace(Exception e) => e is SqlException { Number: DeadlockVictim or DuplicateKey or DuplicateConstraint or ForeignKey };

    public static Exception Explain(SqlException e) => (Exception?)ExplainOrNull(e) ?? e;

    /// <summary>Null for what is no failure of SQL Server's, or a defect.</summary>
    public static HubException? ExplainOrNull(Exception? e) => e switch
    {
        null => null,
        SqlException { Number: FileGroupFull or LogFull or QuotaReached } =>
            new(HubError.StorageFull, "The disk of the database is full; nothing of this call was stored."),
        SqlException { Number: TimedOut or ReadOnlyDatabase } or SqlException { IsTransient: true } or SqlException { Class: >= Fatal } =>
            new(HubError.Unavailable, "The database does not answer just now. Try again."),
        // EF Core wraps what the driver says, once or twice.
        _ => ExplainOrNull(e.InnerException),
    };
}
