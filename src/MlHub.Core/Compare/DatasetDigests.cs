using System.Globalization;
using MlHub.DataVersions;
using MlHub.Tracking;

namespace MlHub.Compare;

/// <summary>The data that a run read: by name and what it was used for, the digest of its content, or several between commas.</summary>
internal static class DatasetDigests
{
    public static Dictionary<(string Name, string? Context), string> Of(RunDetails run) =>
        run.Inputs.GroupBy(i => (i.Dataset.Name, i.Context))
            .ToDictionary(g => g.Key, g => string.Join(", ", g.Select(i => i.Dataset.Digest).Order(StringComparer.Ordinal)));

    /// <summary>The versions of the Delta tables that a run read, by the table's place.</summary>
    public static Dictionary<string, string> TablesOf(RunDetails run) =>
        RunData.Of(run).Select(d => d.Source).Where(s => s.IsDelta && s.Place.Length > 0).GroupBy(s => s.Place)
            .ToDictionary(g => g.Key, g => string.Join(", ", g.Distinct().OrderBy(s => s.Version).Select(Version)));

    public static string Version(DataSource source) => source.Version is { } version ? $"version {version.ToString(CultureInfo.InvariantCulture)}" : "not said which version";
}
