using MlHub.DataVersions;

namespace MlHub.Adapters.DataVersions;

/// <summary>A directory of this machine below which MlHub may read tables' logs.</summary>
internal sealed class LocalRoot(string directory) : IDataFolders
{
    private const string FileScheme = "file:";

    public ITableFolder? OpenOrNull(string location)
    {
        // Outside as written is outside, whether there is something or not: nobody learns what exists.
        if (PathOrNull(location) is not { } path || RealPath.OrNull(directory) is not { } root
            || !(RealPath.IsWithin(path, Path.GetFullPath(directory).TrimEnd(Path.DirectorySeparatorChar)) || RealPath.IsWithin(path, root)))
        {
            return null;
        }

        return RealPath.OrNull(path) is { } real && RealPath.IsWithin(real, root) ? new LocalFolder(real, root) : null;
    }

    private static string? PathOrNull(string location)
    {
        var path = location.StartsWith(FileScheme, StringComparison.OrdinalIgnoreCase) ? OfUriOrNull(location) : location;
        return path is not null && Path.IsPathFullyQualified(path) && !path.Contains('\0', StringComparison.Ordinal) ? Path.GetFullPath(path) : null;
    }

    /// <summary>Both <c>file:/data/t</c>, as Spark writes it, and <c>file:///data/t</c>; another machine's are not here.</summary>
    private static string? OfUriOrNull(string location)
    {
        var rest = location[FileScheme.Length..];
        var path = rest.StartsWith("///", StringComparison.Ordinal) ? rest[2..] : rest.StartsWith("//", StringComparison.Ordinal) ? null : rest;
        return path is null ? null : Uri.UnescapeDataString(path);
    }
}
