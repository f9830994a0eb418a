using System.Reflection;

namespace MlHub.Testing;

/// <summary>Where the sources are, for tests that read files of the repository.</summary>
public static class Repository
{
    public static string Root { get; } = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepoRoot").Value!;
}
