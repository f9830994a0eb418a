using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using MlHub.Operations;
using MlHub.Tracking;

namespace MlHub.Adapters.Operations;

/// <summary>A backup being read. Nothing in it is believed: names must be among those that a backup can have.</summary>
internal sealed partial class BackupSource : IDisposable
{
    private const long MostManifestBytes = 1L << 30;

    private readonly ZipArchive? _zip;
    private readonly string _folder;

    /// <exception cref="IOException">In one sentence: there is no readable backup.</exception>
    public BackupSource(string path)
    {
        _folder = Path.GetFullPath(path);
        try
        {
            _zip = File.Exists(path) ? ZipFile.OpenRead(path) : null;
        }
        catch (InvalidDataException e)
        {
            throw new IOException($"'{path}' is damaged, or no backup: {e.Message}", e);
        }

        if (_zip is null && !Directory.Exists(path))
        {
            throw new IOException($"There is no backup at '{path}'.");
        }

        Manifest = ReadManifest();
        CheckNames();
    }

    public BackupManifest Manifest { get; }

    public Stream Open(string name) => _zip is not null
        ? (_zip.GetEntry(name) ?? throw Lacking(name)).Open()
        : File.Exists(Path.Combine(_folder, name)) ? File.OpenRead(Path.Combine(_folder, name)) : throw Lacking(name);

    public void Dispose() => _zip?.Dispose();

    private BackupManifest ReadManifest()
    {
        try
        {
            using var file = Open(BackupManifest.FileName);
            using var bounded = new MemoryStream();
            var buffer = new byte[81_920];
            for (int read; (read = file.Read(buffer)) > 0;)
            {
                bounded.Write(buffer, 0, read);
                if (bounded.Length > MostManifestBytes)
                {
                    throw Damaged("its manifest is too large");
                }
            }

            var manifest = JsonSerializer.Deserialize(bounded.GetBuffer().AsSpan(0, (int)bounded.Length), BackupJson.Default.BackupManifest);
            return manifest?.Format == BackupManifest.CurrentFormat
                ? manifest
                : throw new IOException($"The backup has the format '{manifest?.Format}', which this MlHub does not know; it reads {BackupManifest.CurrentFormat}.");
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw Damaged("its manifest cannot be read");
        }
    }

    /// <summary>Exactly the files of the manifest, each of a name that a backup gives.</summary>
    private void CheckNames()
    {
        var listed = Manifest.Files.Select(f => f.Name).Append(BackupManifest.FileName).ToList();
        if (listed.Find(n => !KnownName().IsMatch(n)) is { } strange)
        {
            throw new IOException($"The backup holds a file that no backup has: '{LogRules.Shown(strange)}'. It is refused.");
        }

        if (listed.Distinct().Count() != listed.Count || Manifest.Files.Any(f => f.Size < 0))
        {
            throw Damaged("its manifest contradicts itself");
        }

        var there = _zip is not null ? [.. _zip.Entries.Select(e => e.FullName).Where(n => !n.EndsWith('/'))] : FilesOf(_folder);
        if (there.Except(listed).FirstOrDefault() is { } extra)
        {
            throw new IOException($"The backup holds a file that its manifest does not list: '{LogRules.Shown(extra)}'. It is refused.");
        }

        if (there.Count != listed.Count)
        {
            throw listed.Except(there).FirstOrDefault() is { } lacking ? Lacking(lacking) : Damaged("it holds a file twice");
        }
    }

    private static List<string> FilesOf(string folder)
    {
        List<string> files = [];
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (entry.LinkTarget is not null)
            {
                throw new IOException($"The backup holds a link: '{LogRules.Shown(entry.Name)}'. It is refused.");
            }

            files.AddRange(entry is DirectoryInfo ? FilesOf(entry.FullName).Select(f => $"{entry.Name}/{f}") : [entry.Name]);
        }

        return files;
    }

    private static IOException Lacking(string name) => Damaged($"it lacks {name}");

    private static IOException Damaged(string how) => new($"The backup is damaged: {how}.");

    [GeneratedRegex(@"\A(manifest\.json|mlhub\.db|mlhub\.dump|keys\.encrypted|artifacts/([0-9a-f]{2})/\2[0-9a-f]{62})\z", RegexOptions.CultureInvariant)]
    private static partial Regex KnownName();
}
