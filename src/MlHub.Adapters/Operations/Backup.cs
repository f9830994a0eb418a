using System.Text.Json;
using MlHub.Adapters.Blobs;
using MlHub.Artifacts;
using MlHub.Operations;

namespace MlHub.Adapters.Operations;

/// <summary>
/// Saves a hub while it works. The database comes first and the artifacts that it points at after it, so every row in the backup
/// has its bytes; artifacts never change and are named by their SHA-256.
/// </summary>
public sealed class Backup(IDatabaseBackup database, BackupOptions options, TimeProvider clock, IProgress<string> progress)
{
    private static readonly TimeSpan Telling = TimeSpan.FromSeconds(1);

    /// <param name="to">A folder that does not exist or is empty, or a file whose name ends in <c>.zip</c>.</param>
    /// <exception cref="IOException">In one sentence; then nothing is left at <paramref name="to"/>.</exception>
    public async Task<BackupManifest> SaveAsync(string to, CancellationToken cancel)
    {
        using var target = new BackupTarget(to);
        progress.Report("Copying the database ...");
        var content = await database.SaveAsync(target.Scratch, cancel);
        List<BackupFile> files = [await AddAsync(target, database.FileName, target.Scratch, cancel)];
        File.Delete(target.Scratch);
        var missing = options.ArtifactsOnDisk ? await AddArtifactsAsync(target, content.Blobs, files, cancel) : [];
        if (options.Passphrase is { } passphrase)
        {
            files.Add(await target.AddAsync(BackupKeys.FileName, new MemoryStream(BackupKeys.Encrypt(options.Keys, passphrase)), cancel));
        }

        var manifest = new BackupManifest(
            BackupManifest.CurrentFormat, options.Product, $"{options.Database}", content.Migration, clock.GetUtcNow(), content.Tables, files,
            options.ArtifactsOnDisk ? [] : [.. content.Blobs.Select(b => new BackupFile(NameOf(b), b.Size, b.Digest))], missing);
        await target.AddAsync(BackupManifest.FileName, new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest)), cancel);
        target.Keep();
        return manifest;
    }

    private async Task<List<string>> AddArtifactsAsync(BackupTarget target, IReadOnlyList<StoredBlob> blobs, List<BackupFile> files, CancellationToken cancel)
    {
        var (told, done, all, missing) = (clock.GetTimestamp(), 0L, blobs.Sum(b => b.Size), new List<string>());
        for (var i = 0; i < blobs.Count; i++)
        {
            if (clock.GetElapsedTime(told) > Telling)
            {
                told = clock.GetTimestamp();
                progress.Report($"{i} of {blobs.Count} artifacts, {done >> 20} of {all >> 20} MiB");
            }

            var path = Path.Combine(options.Artifacts, BlobName.Of(blobs[i].Digest));
            if (File.Exists(path))
            {
                files.Add(await AddAsync(target, NameOf(blobs[i]), path, cancel));
            }
            else
            {
                missing.Add(blobs[i].Digest);
            }

            done += blobs[i].Size;
        }

        return missing;
    }

    private static string NameOf(StoredBlob blob) => $"artifacts/{BlobName.Of(blob.Digest)}";

    private static async Task<BackupFile> AddAsync(BackupTarget target, string name, string path, CancellationToken cancel)
    {
        await using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
        return await target.AddAsync(name, content, cancel);
    }
}
