using System.Collections;
using MlHub.Adapters.Databases;

namespace MlHub.Testing.Databases;

/// <summary>
/// Runs a theory on each database that can run here: <c>[Theory, ClassData(typeof(EveryDatabase))]</c>.
/// SQL Server cannot; its statements are only checked as text.
/// </summary>
public sealed class EveryDatabase : IEnumerable<object[]>
{
    public IEnumerator<object[]> GetEnumerator()
    {
        yield return [DatabaseProvider.Sqlite];
        yield return [DatabaseProvider.PostgreSql];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
