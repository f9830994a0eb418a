namespace MlHub.Adapters.DataVersions;

/// <summary>Where a path leads once every symbolic link on the way is followed.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>What does not exist is kept as it is written. Null where links lead in a circle or the path is none.</summary>
    /// <param name="path">Absolute.</param>
    public static string? OrNull(string path)
    {
        try
        {
            return Follow(Path.GetFullPath(path));
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }

    public static bool IsWithin(string path, string root) =>
        path == root || path.StartsWith(Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string? Follow(string path)
    {
        var root = Path.GetPathRoot(path)!;
        var (done, links) = (root, 0);
        Stack<string> ahead = new(Parts(path[root.Length..]).Reverse());
        while (ahead.TryPop(out var part))
        {
            var next = Path.GetFullPath(Path.Combine(done, part));
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                done = next;
                continue;
            }

            if (++links > MostLinks)
            {
                return null;
            }

            // A link is read from where it stands; its own parts may be links again.
            if (Path.IsPathRooted(target))
            {
                done = Path.GetPathRoot(target)!;
                target = target[done.Length..];
            }

            foreach (var step in Parts(target).Reverse())
            {
                ahead.Push(step);
            }
        }

        return done;
    }

    private static string[] Parts(string path) =>
        path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
}
