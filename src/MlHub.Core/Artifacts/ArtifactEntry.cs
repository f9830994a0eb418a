namespace MlHub.Artifacts;

/// <summary>A file or folder in a listing; <paramref name="Path"/> is relative to the root, <paramref name="Size"/> null for folders.</summary>
public sealed record ArtifactEntry(string Path, bool IsFolder, long? Size, string? Digest, DateTimeOffset? SavedAt)
{
    /// <summary>One level of the tree that these files below the folder make: folders and files by name.</summary>
    internal static List<ArtifactEntry> Level(IEnumerable<ArtifactEntry> files, ArtifactPath folder) =>
    [
        .. files.GroupBy(f => NextLevel(f.Path, folder))
            .Select(g => g.Key.EndsWith('/') ? new(g.Key[..^1], true, null, null, null) : g.First())
            .OrderBy(e => e.Path, StringComparer.Ordinal),
    ];

    private static string NextLevel(string path, ArtifactPath folder)
    {
        var slash = path.IndexOf('/', folder.Prefix.Length);
        return slash < 0 ? path : path[..(slash + 1)];
    }
}
