using System.Collections;
using MlHub.Adapters.Databases;

namespace MlHub.Testing.Databases;

/// <summary>
/// Runs a theory on each database that can run here: <c>[Theory, ClassData(typeof(EveryDatabase))]</c>.
/// SQL Server can where the environment variable <c>MLHUB_TEST_SQLSERVER</c> holds a connection string; else its statements are
/// only checked as text.
/// </summary>
public sealed class EveryDatabase : IEnumerable<object[]>
{
    public IEnumerator<object[]> GetEnumerator()
    {
        yield return [DatabaseProvider.Sqlite];
        yield return [DatabaseProvider.PostgreSql];
        if (TestDatabase.SqlServer is not null)
        {
            yield return [DatabaseProvider.SqlServer];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
