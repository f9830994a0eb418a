using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Adapters.Blobs;
using MlHub.Adapters.Databases;
using MlHub.Artifacts;
using MlHub.Events;
using MlHub.Operations;

namespace MlHub.Adapters.Operations;

/// <summary>What the doctor found, and the digest of all that the database holds: two hubs with the same rows have the same.</summary>
public sealed record Diagnosis(IReadOnlyList<Finding> Findings, string? Digest)
{
    public bool IsSound => Findings.All(f => f.State != FindingState.Error);
}

/// <summary>Looks at everything a hub keeps, without changing any of it, beside a running hub or without one.</summary>
public sealed class Doctor(HubDbFactory hub, BackupOptions options, bool recomputeDigests, IProgress<string> progress)
{
    /// <summary>Free space below which uploads are refused.</summary>
    private const long LowDisk = 512L << 20;
    private const int MostNamed = 3;

    private string? _digest;

    public async Task<Diagnosis> ExamineAsync(CancellationToken cancel)
    {
        List<Finding> findings = [DataDirectoryFinding(), SpaceFinding(), KeysFinding()];
        foreach (var (check, look) in (IEnumerable<(string, Func<HubDb, Task<Finding>>)>)
            [
                ("schema", db => DatabaseInspection.SchemaAsync(db, cancel)),
                ("integrity", db => DatabaseInspection.IntegrityAsync(db, cancel)),
                ("foreign keys", db => DatabaseInspection.ForeignKeysAsync(db, cancel)),
                ("indexes", db => DatabaseInspection.IndexesAsync(db, cancel)),
                ("triggers", db => DatabaseInspection.TriggersAsync(db, cancel)),
                ("event chain", _ => ChainAsync(cancel)),
                ("artifacts", db => ArtifactsAsync(db, cancel)),
            ])
        {
            progress.Report($"Checking {check} ...");
            findings.Add(await LookAsync(check, look));
        }

        return new(findings, _digest);
    }

    /// <summary>A database that cannot even be read is what a doctor is for.</summary>
    private async Task<Finding> LookAsync(string check, Func<HubDb, Task<Finding>> look)
    {
        try
        {
            await using var db = hub.Open();
            return await look(db);
        }
        catch (Exception e) when (e is DbException or IOException or InvalidOperationException or InvalidCastException or FormatException)
        {
            return Finding.Error(check, $"It could not be looked at: {e.GetBaseException().Message}");
        }
    }

    private Finding DataDirectoryFinding()
    {
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(options.DataDirectory) & others) != 0
            ? Finding.Error("data directory", $"Other users of this machine can reach {options.DataDirectory}: chmod 700.")
            : Directory.Exists(Path.Combine(options.DataDirectory, DataDirectory.Restoring))
                ? Finding.Error("data directory", "It holds a restore that was not finished.")
                : Finding.Ok("data directory", options.DataDirectory);
    }

    private Finding SpaceFinding() =>
        new DriveInfo(options.DataDirectory).AvailableFreeSpace is var free && free < LowDisk
            ? Finding.Warning("free space", $"{free >> 20} MiB are free; uploads are refused below {LowDisk >> 20} MiB.")
            : Finding.Ok("free space", $"{free >> 20} MiB");

    private Finding KeysFinding() =>
        Directory.Exists(options.Keys) && Directory.EnumerateFiles(options.Keys, "key-*.xml").Any()
            ? Finding.Ok("keys", "the keys of sign-ins are there")
            : Finding.Warning("keys", "There are no keys of sign-ins: the next start makes new ones, and everybody signs in again.");

    private async Task<Finding> ChainAsync(CancellationToken cancel)
    {
        var report = await new AuditChain(hub).VerifyAsync(Caller.System, null, cancel);
        return report.Fault is { } fault
            ? Finding.Error("event chain", $"It is broken at link {fault.Seq}. {fault.Reason}")
            : Finding.Ok("event chain", $"{report.Links} links hold; the last has the hash {report.Head}");
    }

    private async Task<Finding> ArtifactsAsync(HubDb db, CancellationToken cancel)
    {
        // Listed before the rows are read, so that what is saved meanwhile is not taken for an orphan.
        var files = options.ArtifactsOnDisk ? Stored() : [];
        await db.Database.OpenConnectionAsync(cancel);
        var content = await DatabaseReading.ReadAsync(db.Database.GetDbConnection(), null, cancel);
        var tables = string.Join('\n', content.Tables.Select(t => $"{t.Key} {t.Value.Rows} {t.Value.Digest}"));
        _digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(tables)));
        if (!options.ArtifactsOnDisk)
        {
            return Finding.Ok("artifacts", $"{content.Blobs.Count} in Azure Blob Storage, not looked at");
        }

        List<string> bad = [];
        foreach (var blob in content.Blobs)
        {
            if (await FaultOrNullAsync(blob, cancel) is { } fault)
            {
                bad.Add($"{blob.Digest} {fault}");
            }
        }

        var known = content.Blobs.Select(b => b.Digest).ToHashSet();
        var orphans = files.Where(f => !known.Contains(f.Name)).ToList();
        var rest = $"{orphans.Count} files ({orphans.Sum(f => f.Length) >> 20} MiB) belong to nothing";
        return bad.Count == 0
            ? Finding.Ok("artifacts", $"{content.Blobs.Count} have their bytes{(recomputeDigests ? " and digests" : "")}; {rest}")
            : Finding.Error("artifacts", $"{bad.Count} of {content.Blobs.Count} are not what was stored: {string.Join(", ", bad.Take(MostNamed))}; {rest}.");
    }

    private List<FileInfo> Stored() =>
        Directory.Exists(options.Artifacts)
            ? [.. new DirectoryInfo(options.Artifacts).EnumerateDirectories("??").SelectMany(d => d.EnumerateFiles())]
            : [];

    private async Task<string?> FaultOrNullAsync(StoredBlob blob, CancellationToken cancel)
    {
        var file = new FileInfo(Path.Combine(options.Artifacts, BlobName.Of(blob.Digest)));
        if (!file.Exists)
        {
            return "is missing";
        }

        if (file.Length != blob.Size)
        {
            return $"has {file.Length} bytes instead of {blob.Size}";
        }

        if (!recomputeDigests)
        {
            return null;
        }

        await using var content = file.OpenRead();
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancel)) == blob.Digest ? null : "has other bytes";
    }
}
