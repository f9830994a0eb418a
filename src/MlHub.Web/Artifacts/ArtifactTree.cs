using MlHub.Artifacts;

namespace MlHub.Web.Artifacts;

/// <summary>A line of the tree: an entry and how deep it lies.</summary>
public sealed record TreeLine(ArtifactEntry Entry, int Depth, bool IsOpen, bool IsCurrent)
{
    public string Name => Entry.Path[(Entry.Path.LastIndexOf('/') + 1)..];
}

/// <summary>Files as a page shows them: the root, and of each folder on the way to the chosen path its content.</summary>
public sealed record ArtifactTree(IReadOnlyList<TreeLine> Lines, ArtifactEntry? Chosen)
{
    public static async Task<ArtifactTree> LoadAsync(Func<ArtifactPath, Task<List<ArtifactEntry>>> list, ArtifactPath path)
    {
        var open = path.IsRoot ? [] : path.Folders.Append(path.Value).ToHashSet(StringComparer.Ordinal);
        List<TreeLine> lines = [];
        await AddAsync(ArtifactPath.Root, 0);
        return new(lines, lines.FirstOrDefault(l => l.IsCurrent)?.Entry);

        async Task AddAsync(ArtifactPath folder, int depth)
        {
            foreach (var entry in await list(folder))
            {
                var isOpen = entry.IsFolder && open.Contains(entry.Path);
                lines.Add(new(entry, depth, isOpen, entry.Path == path.Value));
                if (isOpen)
                {
                    await AddAsync(ArtifactPath.Parse(entry.Path), depth + 1);
                }
            }
        }
    }
}
