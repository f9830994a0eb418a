using System.Security.Cryptography;
using MlHub.Operations;

namespace MlHub.Adapters.Operations;

/// <summary>
/// Brings a backup back into an empty place. Every file is copied aside and compared with the manifest before the first one gets
/// its name, and the database is the last: what fails or is killed leaves nothing that could be taken for a hub.
/// </summary>
public sealed class Restore(IDatabaseBackup database, BackupOptions options, IReadOnlyList<string> knownMigrations, IProgress<string> progress)
{
    private const int BufferBytes = 1 << 20;
    private const long SpareBytes = 64L << 20;

    /// <exception cref="IOException">In one sentence; then nothing was changed.</exception>
    public async Task<BackupManifest> RunAsync(string from, CancellationToken cancel)
    {
        using var source = new BackupSource(from);
        Check(source.Manifest);
        RequireEmptyDirectory();
        await database.RequireEmptyAsync(cancel);
        var existed = Directory.Exists(options.DataDirectory);
        using var data = DataDirectory.Open(options.DataDirectory);
        try
        {
            await RestoreAsync(source, cancel);
            return source.Manifest;
        }
        catch
        {
            Undo(existed);
            throw;
        }
    }

    private void Check(BackupManifest manifest)
    {
        if (manifest.Database != $"{options.Database}" || manifest.Files.All(f => f.Name != database.FileName))
        {
            throw new IOException($"The backup holds a database of {manifest.Database}, and MlHub:Database:Provider is {options.Database}.");
        }

        if (!knownMigrations.Contains(manifest.Migration))
        {
            throw new IOException($"The backup was made by a newer MlHub ({manifest.Product}, migration {manifest.Migration}): restore it with that version.");
        }

        if (options.ArtifactsOnDisk && manifest.Elsewhere.Count > 0)
        {
            throw new IOException("The backup's artifacts are in Azure Blob Storage: set MlHub:Artifacts:Provider and ConnectionStrings:Blobs as they were.");
        }
    }

    private void RequireEmptyDirectory()
    {
        if (Directory.Exists(options.DataDirectory) && Directory.EnumerateFileSystemEntries(options.DataDirectory).Any())
        {
            throw new IOException($"MlHub:DataDirectory '{options.DataDirectory}' is not empty. A backup is restored into an empty place.");
        }
    }

    private async Task RestoreAsync(BackupSource source, CancellationToken cancel)
    {
        var staging = Path.Combine(options.DataDirectory, DataDirectory.Restoring);
        PrivateDirectory.Create(staging);
        RequireSpace(source.Manifest.Files.Sum(f => f.Size));
        for (var i = 0; i < source.Manifest.Files.Count; i++)
        {
            if (i % 1000 == 0)
            {
                progress.Report($"{i} of {source.Manifest.Files.Count} files");
            }

            await CopyAsync(source, source.Manifest.Files[i], staging, cancel);
        }

        if (options.Passphrase is { } passphrase && File.Exists(Path.Combine(staging, BackupKeys.FileName)))
        {
            using var keys = File.OpenRead(Path.Combine(staging, BackupKeys.FileName));
            BackupKeys.Decrypt(keys, passphrase, options.Keys);
        }

        if (Directory.Exists(Path.Combine(staging, "artifacts")))
        {
            Directory.Move(Path.Combine(staging, "artifacts"), options.Artifacts);
        }

        await database.RestoreAsync(Path.Combine(staging, database.FileName), cancel);
        Directory.Delete(staging, recursive: true);
        Blobs.DirectoryFlush.ToDisk(options.DataDirectory);
    }

    private void RequireSpace(long bytes)
    {
        if (new DriveInfo(options.DataDirectory).AvailableFreeSpace is var free && free < bytes + SpareBytes)
        {
            throw new IOException($"The backup needs {(bytes + SpareBytes) >> 20} MiB at '{options.DataDirectory}', where {free >> 20} MiB are free.");
        }
    }

    private static async Task CopyAsync(BackupSource source, BackupFile file, string staging, CancellationToken cancel)
    {
        var path = Path.Combine(staging, file.Name);
        PrivateDirectory.Create(Path.GetDirectoryName(path)!);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var content = source.Open(file.Name);
        await using var copy = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        var (buffer, size) = (new byte[BufferBytes], 0L);
        try
        {
            for (int read; size <= file.Size && (read = await content.ReadAsync(buffer, cancel)) > 0; size += read)
            {
                sha.AppendData(buffer.AsSpan(0, read));
                await copy.WriteAsync(buffer.AsMemory(0, read), cancel);
            }
        }
        catch (InvalidDataException e)
        {
            throw new IOException($"The backup is damaged: {file.Name} cannot be read.", e);
        }

        if (size != file.Size || Convert.ToHexStringLower(sha.GetHashAndReset()) != file.Sha256)
        {
            throw new IOException($"The backup is damaged: {file.Name} is not what its manifest says.");
        }

        copy.Flush(flushToDisk: true);
    }

    private void Undo(bool existed)
    {
        foreach (var name in (string[])[DataDirectory.Restoring, "artifacts", "keys"])
        {
            if (Path.Combine(options.DataDirectory, name) is var folder && Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        File.Delete(Path.Combine(options.DataDirectory, "lock"));
        if (!existed && Directory.Exists(options.DataDirectory))
        {
            Directory.Delete(options.DataDirectory);
        }
    }
}
