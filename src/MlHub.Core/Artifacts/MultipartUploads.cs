using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using MlHub.Access;

namespace MlHub.Artifacts;

/// <summary>What a client says of a part when it completes an upload.</summary>
public readonly record struct SentPart(int Number, string? ETag);

/// <summary>Files that come in parts: begun, filled in any order and as often as need be, completed or given up. All of it survives a restart.</summary>
public sealed class MultipartUploads(
    HubDbFactory hub, IBlobStore blobs, ArtifactIntake intake, TimeProvider clock, IHostApplicationLifetime life)
{
    /// <summary>How long an upload may take from its beginning to its end.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    /// <summary>Completions under way in this process: a client that lost patience and asks again waits for the same one.</summary>
    private readonly ConcurrentDictionary<string, Lazy<Task>> _completions = new();

    /// <param name="target">The place and file as an address, to find them again.</param>
    public async Task<MultipartUpload> CreateAsync(
        Caller caller, IArtifactPlace place, ArtifactPath file, string target, long parts, CancellationToken cancel)
    {
        if (parts is < 1 or > Limits.PartsPerUpload)
        {
            throw HubException.Invalid($"Invalid value {parts} for parameter 'num_parts' supplied: an upload has 1 to {Limits.PartsPerUpload} parts.");
        }

        var upload = new MultipartUpload
        {
            Id = RandomNumberGenerator.GetHexString(32, lowercase: true),
            AccountId = caller.AccountId,
            Target = target,
            ExperimentId = await place.RequireWritableAsync(caller, file, cancel),
            Parts = (int)parts,
            CreatedAt = clock.GetUtcNow(),
        };
        await hub.WriteAsync(
            async db =>
            {
                var open = await db.MultipartUploads.CountAsync(u => u.AccountId == caller.AccountId && u.EndedAt == null && u.CreatedAt > upload.CreatedAt - Life, cancel);
                if (open >= Limits.OpenUploadsPerUser)
                {
                    throw new HubException(HubError.TooManyRequests, $"There are already {open} uploads under way; complete or abort some first.");
                }

                db.Add(upload);
            },
            cancel);
        return upload;
    }

    /// <summary>An upload of the caller's own, ended or not.</summary>
    /// <exception cref="HubException">NotFound, in the same words for somebody else's.</exception>
    public async Task<MultipartUpload> FindAsync(Caller caller, string id, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await FindAsync(db, caller, id, cancel);
    }

    /// <summary>The parts that are stored, by number: what is missing can be sent still.</summary>
    public async Task<List<UploadPart>> PartsAsync(Caller caller, string id, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var upload = await FindAsync(db, caller, id, cancel);
        return await db.UploadParts.AsNoTracking().Where(p => p.UploadId == upload.Id).OrderBy(p => p.Number).ToListAsync(cancel);
    }

    /// <summary>Stores a part whole or not at all; a part that comes again takes the place of the one before.</summary>
    public async Task<StoredBlob> SavePartAsync(
        Caller caller, string id, IArtifactPlace place, ArtifactPath file, int number, IncomingContent content, CancellationToken cancel)
    {
        var upload = await FindAsync(caller, id, cancel);
        RequireOpen(upload);
        if (number < 1 || number > upload.Parts)
        {
            throw HubException.Invalid($"This upload has parts 1 to {upload.Parts}.");
        }

        await place.RequireWritableAsync(caller, file, cancel);
        return await intake.SaveAsync(blobs.PartsOf(upload.Id), upload.ExperimentId, content, Limits.PartBytes, part => hub.WriteAsync(db => WriteAsync(db, part), cancel), cancel);

        async Task WriteAsync(HubDb db, StoredBlob part)
        {
            RequireOpen(await FindAsync(db, caller, id, cancel));
            if (await db.UploadParts.FindAsync([id, number], cancel) is { } known)
            {
                (known.Digest, known.Size) = (part.Digest, part.Size);
            }
            else
            {
                db.Add(new UploadPart { UploadId = id, Number = number, Digest = part.Digest, Size = part.Size });
            }
        }
    }

    /// <summary>
    /// Joins the parts into one file and makes it visible. It goes on when the client has left; asking again waits for its end, and
    /// after that is harmless.
    /// </summary>
    /// <exception cref="HubException">Invalid unless exactly all parts are named in order and with their tags; NotFound for another's upload.</exception>
    public async Task CompleteAsync(
        Caller caller, string id, IArtifactPlace place, ArtifactPath file, IReadOnlyList<SentPart> sent, CancellationToken cancel)
    {
        var upload = await FindAsync(caller, id, cancel);
        if (upload.Digest is not null)
        {
            return;
        }

        RequireOpen(upload);
        await place.RequireWritableAsync(caller, file, cancel);
        var completion = _completions.GetOrAdd(id, _ => new(() => Task.Run(() => JoinAsync(caller, upload, place, file, sent), CancellationToken.None)));
        try
        {
            await completion.Value.WaitAsync(cancel);
        }
        finally
        {
            if (completion.Value.IsCompleted)
            {
                _completions.TryRemove(KeyValuePair.Create(id, completion));
            }
        }
    }

    /// <summary>Gives an upload up and removes its parts. Saying it twice is harmless.</summary>
    /// <exception cref="HubException">Conflict for one that is complete.</exception>
    public async Task AbortAsync(Caller caller, string id, CancellationToken cancel)
    {
        await hub.WriteAsync(
            async db =>
            {
                var upload = await FindAsync(db, caller, id, cancel);
                if (upload.Digest is not null)
                {
                    throw HubException.Conflict("This upload is complete already; its file stays where it is.");
                }

                upload.EndedAt ??= clock.GetUtcNow();
                await db.UploadParts.Where(p => p.UploadId == id).ExecuteDeleteAsync(cancel);
            },
            cancel);
        await blobs.DeletePartsAsync(id, cancel);
    }

    /// <summary>Removes what is left of uploads whose time is over, given up or not.</summary>
    public async Task SweepAsync(CancellationToken cancel)
    {
        var before = clock.GetUtcNow() - Life;
        await using var db = hub.Open();
        foreach (var id in await db.MultipartUploads.Where(u => u.CreatedAt < before).Select(u => u.Id).ToListAsync(cancel))
        {
            if (!_completions.ContainsKey(id))
            {
                await blobs.DeletePartsAsync(id, cancel);
                await hub.WriteAsync(d => d.MultipartUploads.Where(u => u.Id == id).ExecuteDeleteAsync(cancel), cancel);
            }
        }
    }

    /// <summary>The words for an upload that does not exist, or not for whoever asks.</summary>
    public static HubException Absent() => HubException.NotFound("There is no such upload.");

    private async Task JoinAsync(Caller caller, MultipartUpload upload, IArtifactPlace place, ArtifactPath file, IReadOnlyList<SentPart> sent)
    {
        var stopping = life.ApplicationStopping;
        List<UploadPart> parts;
        await using (var db = hub.Open())
        {
            parts = await db.UploadParts.AsNoTracking().Where(p => p.UploadId == upload.Id).OrderBy(p => p.Number).ToListAsync(stopping);
            var now = await FindAsync(db, caller, upload.Id, stopping);
            if (now.Digest is not null)
            {
                // Another completion ended since this one was asked for; its last step took the parts away.
                return;
            }

            RequireOpen(now);
        }

        RequireAll(upload, parts, sent);
        intake.RequireSize(parts.Sum(p => p.Size));
        await using var joined = new JoinedParts(blobs.PartsOf(upload.Id), parts);
        var blob = await blobs.SaveAsync(joined, stopping);
        await place.PlaceAsync(caller, file, blob, stopping);
        await hub.WriteAsync(
            async db =>
            {
                var now = clock.GetUtcNow();
                await db.MultipartUploads.Where(u => u.Id == upload.Id)
                    .ExecuteUpdateAsync(s => s.SetProperty(u => u.EndedAt, now).SetProperty(u => u.Digest, blob.Digest), stopping);
                await db.UploadParts.Where(p => p.UploadId == upload.Id).ExecuteDeleteAsync(stopping);
            },
            stopping);
        await blobs.DeletePartsAsync(upload.Id, stopping);
    }

    private static void RequireAll(MultipartUpload upload, List<UploadPart> stored, IReadOnlyList<SentPart> sent)
    {
        if (stored.Count < upload.Parts)
        {
            var missing = Enumerable.Range(1, upload.Parts).Except(stored.Select(p => p.Number)).Take(10);
            throw HubException.Invalid($"Parts are missing: {string.Join(", ", missing)}. Upload them, then complete.");
        }

        if (sent.Count != stored.Count || sent.Zip(stored).Any(p => p.First.Number != p.Second.Number || p.First.ETag?.Trim('"') != p.Second.Digest))
        {
            throw HubException.Invalid("Invalid value for parameter 'parts' supplied: all parts have to be named, in their order and each with the ETag that its upload was answered with.");
        }
    }

    private static async Task<MultipartUpload> FindAsync(HubDb db, Caller caller, string id, CancellationToken cancel)
    {
        var upload = await db.MultipartUploads.FirstOrDefaultAsync(u => u.Id == id, cancel);
        return upload is not null && upload.AccountId == caller.AccountId ? upload : throw Absent();
    }

    private void RequireOpen(MultipartUpload upload)
    {
        if (upload.EndedAt is not null || clock.GetUtcNow() - upload.CreatedAt >= Life)
        {
            throw HubException.Conflict("This upload has ended: begin another.");
        }
    }
}
