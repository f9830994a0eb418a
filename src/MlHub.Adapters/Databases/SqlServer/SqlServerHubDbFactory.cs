using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using MlHub.Events;

namespace MlHub.Adapters.Databases.SqlServer;

/// <summary>Changes run serializable; a deadlock's victim and the loser of a unique key are run again.</summary>
public sealed class SqlServerHubDbFactory(IDbContextFactory<SqlServerHubDb> contexts, EventSignal signal) : ServerHubDbFactory<SqlServerHubDb>(contexts, signal)
{
    private const int DeadlockVictim = 1205, DuplicateKey = 2601, DuplicateConstraint = 2627;

    protected override bool LostRace(Exception e) =>
        (e as SqlException ?? e.InnerException as SqlException)?.Number is DeadlockVictim or DuplicateKey or DuplicateConstraint;

    public override HubException? ExplainOrNull(Exception e) => SqlServerFailure.ExplainOrNull(e);
}
