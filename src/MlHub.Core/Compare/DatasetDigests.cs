using MlHub.Tracking;

namespace MlHub.Compare;

/// <summary>The data that a run read: by name and what it was used for, the digest of its content, or several between commas.</summary>
internal static class DatasetDigests
{
    public static Dictionary<(string Name, string? Context), string> Of(RunDetails run) =>
        run.Inputs.GroupBy(i => (i.Dataset.Name, i.Context))
            .ToDictionary(g => g.Key, g => string.Join(", ", g.Select(i => i.Dataset.Digest).Order(StringComparer.Ordinal)));
}
