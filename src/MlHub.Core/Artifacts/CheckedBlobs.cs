using System.Buffers;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MlHub.Access;
using MlHub.Events;
using MlHub.Operations;

namespace MlHub.Artifacts;

/// <summary>
/// Opens stored bytes and never lets wrong ones pass in silence: what is missing or changed is refused, told to administrators, and
/// taken out of reach, so that the same bytes can be uploaded again.
/// </summary>
public sealed class CheckedBlobs(HubDbFactory hub, IBlobStore blobs, TimeProvider clock, ILogger<CheckedBlobs> logger)
{
    private const int BufferBytes = 1024 * 1024;

    private static readonly Meter Meter = new("MlHub.Artifacts");
    private static readonly Counter<long> Damaged = Meter.CreateCounter<long>("mlhub.artifacts.damaged", "{blob}", "Stored files found missing or changed.");

    /// <param name="digest">As a row has it.</param>
    /// <param name="what">The file, for the refusal.</param>
    /// <exception cref="HubException">DataLoss.</exception>
    public async Task<Stream> OpenAsync(string digest, string what, CancellationToken cancel)
    {
        if (await blobs.OpenOrNullAsync(digest, cancel) is { } content)
        {
            HubMeter.ArtifactsSent.Add(content.Length);
            return content;
        }

        await ReportAsync(digest, BlobDamage.Missing);
        throw Lost(digest, what);
    }

    /// <summary>Reads an opened file before it is sent whole, if it is not too large for it, and goes back to its beginning.</summary>
    /// <exception cref="HubException">DataLoss.</exception>
    public async Task RequireIntactAsync(OpenedArtifact opened, CancellationToken cancel)
    {
        if (opened.Content.Length > Limits.CheckedReadBytes)
        {
            return;
        }

        if (Convert.ToHexStringLower(await SHA256.HashDataAsync(opened.Content, cancel)) != opened.Digest)
        {
            await ReportAsync(opened.Digest, BlobDamage.Changed);
            throw Lost(opened.Digest, $"'{opened.Path}'");
        }

        opened.Content.Position = 0;
    }

    /// <summary>Reads a blob from the store, however large, and tells what is wrong with it; null if nothing is.</summary>
    /// <param name="digest">As rows have it.</param>
    /// <param name="pace">Called with the number of bytes after each piece; may wait.</param>
    internal async Task<BlobDamage?> ExamineAsync(string digest, Func<int, Task> pace, CancellationToken cancel)
    {
        BlobDamage? damage;
        await using (var content = await blobs.OpenOrNullAsync(digest, cancel))
        {
            damage = content is null ? BlobDamage.Missing : await IsIntactAsync(content, digest, pace, cancel) ? null : BlobDamage.Changed;
        }

        if (damage is { } found)
        {
            await ReportAsync(digest, found);
        }

        return damage;
    }

    /// <summary>A blob that was told to be damaged is there again, and whole.</summary>
    internal Task ForgetAsync(string digest, CancellationToken cancel) => hub.WriteAsync(
        async db =>
        {
            if (await db.DamagedBlobs.FindAsync([digest], cancel) is { } known)
            {
                db.Remove(known);
                db.Record(Caller.System, clock.GetUtcNow(), EventKinds.ArtifactHealed, digest);
            }
        },
        cancel);

    private static async Task<bool> IsIntactAsync(Stream content, string digest, Func<int, Task> pace, CancellationToken cancel)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer, cancel)) > 0)
            {
                sha.AppendData(buffer, 0, read);
                await pace(read);
            }

            return Convert.ToHexStringLower(sha.GetHashAndReset()) == digest;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Not the reader's to cancel: whoever finds damage tells of it.</summary>
    private async Task ReportAsync(string digest, BlobDamage damage)
    {
        if (damage == BlobDamage.Changed)
        {
            await blobs.SetAsideAsync(digest, CancellationToken.None);
        }

        var isNews = await hub.WriteAsync(
            async db =>
            {
                if (await db.DamagedBlobs.AnyAsync(b => b.Digest == digest))
                {
                    return false;
                }

                var now = clock.GetUtcNow();
                db.Add(new DamagedBlob { Digest = digest, Damage = damage, FoundAt = now });
                db.Record(Caller.System, now, EventKinds.ArtifactDamaged, digest, after: new { damage = damage.ToString() });
                return true;
            },
            CancellationToken.None);
        if (isNews)
        {
            Damaged.Add(1, new KeyValuePair<string, object?>("damage", damage.ToString()));
            logger.LogError("The stored bytes of SHA-256 {Digest} are {Damage}: restore them from a backup, or upload the file again.", digest, damage == BlobDamage.Missing ? "missing" : "not what they were");
        }
    }

    private static HubException Lost(string digest, string what) => new(
        HubError.DataLoss,
        $"The stored bytes of {what} (SHA-256 {digest}) are damaged or missing, so none are sent. Administrators have been told; uploading the file again mends it.");
}
