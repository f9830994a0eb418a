namespace MlHub.Adapters.Databases;

/// <summary>The databases that MlHub can keep its rows in.</summary>
public enum DatabaseProvider
{
    Sqlite,
    PostgreSql,
    SqlServer,
}
