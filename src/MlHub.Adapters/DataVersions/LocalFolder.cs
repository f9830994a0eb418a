using System.Globalization;
using MlHub.DataVersions;

namespace MlHub.Adapters.DataVersions;

/// <summary>A table's folder on this machine. Whatever leads out of the root, by dots or by a link, is absent.</summary>
internal sealed class LocalFolder(string folder, string root) : ITableFolder
{
    public Task<IReadOnlyList<(string Name, long Size)>> ListAsync(string path, int most, CancellationToken cancel)
    {
        List<(string, long)> files = [];
        if (InsideOrNull(path) is { } directory && Directory.Exists(directory))
        {
            foreach (var file in new DirectoryInfo(directory).EnumerateFiles())
            {
                cancel.ThrowIfCancellationRequested();
                files.Add((file.Name, file.Length));
                if (files.Count == most)
                {
                    break;
                }
            }
        }

        return Task.FromResult<IReadOnlyList<(string, long)>>(files);
    }

    public async Task<byte[]?> ReadOrNullAsync(string path, long most, CancellationToken cancel)
    {
        // What is no plain file, such as a pipe, has no length, and is not waited for.
        if (InsideOrNull(path) is not { } file || new FileInfo(file) is not { Exists: true, Length: > 0 and var length } || length > most)
        {
            return null;
        }

        await using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.Asynchronous);
        if (!IsOpenedInside(content))
        {
            return null;
        }

        var bytes = new byte[length];
        var read = await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        return read == bytes.Length ? bytes : bytes[..read];
    }

    public Task<int> CountMissingAsync(IReadOnlyList<string> paths, CancellationToken cancel)
    {
        Dictionary<string, string?> directories = [];
        var missing = 0;
        foreach (var path in paths)
        {
            cancel.ThrowIfCancellationRequested();
            var whole = Path.GetFullPath(Path.Combine(folder, path));
            var parent = Path.GetDirectoryName(whole) ?? root;
            if (!directories.TryGetValue(parent, out var real))
            {
                directories[parent] = real = RealPath.OrNull(parent) is { } found && RealPath.IsWithin(found, root) ? found : null;
            }

            missing += real is not null && InsideOrNull(Path.Combine(real, Path.GetFileName(whole)), isResolved: true) is { } file && File.Exists(file) ? 0 : 1;
        }

        return Task.FromResult(missing);
    }

    private string? InsideOrNull(string path, bool isResolved = false)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var whole = Path.GetFullPath(Path.Combine(folder, path));
        var real = isResolved && new FileInfo(whole).LinkTarget is null ? whole : RealPath.OrNull(whole);
        return real is not null && RealPath.IsWithin(real, root) ? real : null;
    }

    /// <summary>Somebody may have put a link in the file's place after it was looked at; what is open now cannot be exchanged.</summary>
    private bool IsOpenedInside(FileStream content) =>
        !OperatingSystem.IsLinux()
        || new FileInfo($"/proc/self/fd/{content.SafeFileHandle.DangerousGetHandle().ToString(CultureInfo.InvariantCulture)}").LinkTarget is not { } opened
        || RealPath.IsWithin(opened, root);
}
