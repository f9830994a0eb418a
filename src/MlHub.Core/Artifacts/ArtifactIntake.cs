using MlHub.Access;
using MlHub.Operations;

namespace MlHub.Artifacts;

/// <summary>The one way in for bytes: largest size, quota and announced digests hold for every kind of upload, on both stores.</summary>
public sealed class ArtifactIntake(IBlobStore blobs, ExperimentQuota quota, ArtifactSettings settings)
{
    /// <summary>Stores the content, then the row that makes it visible: an interrupted upload leaves nothing to see.</summary>
    public async Task<StoredBlob> SaveAsync(Caller caller, IArtifactPlace place, ArtifactPath file, IncomingContent content, CancellationToken cancel)
    {
        var experimentId = await place.RequireWritableAsync(caller, file, cancel);
        return await SaveAsync(blobs, experimentId, content, settings.MaxFileSize, blob => place.PlaceAsync(caller, file, blob, cancel), cancel);
    }

    /// <summary>Stores the content in any store, then lets <paramref name="place"/> write the row.</summary>
    /// <param name="experimentId">Whose quota it counts towards; null for none.</param>
    /// <exception cref="HubException">TooLarge, StorageFull, Unavailable, or Invalid for other bytes than were announced.</exception>
    internal async Task<StoredBlob> SaveAsync(
        IBlobStore store, long? experimentId, IncomingContent content, long largest, Func<StoredBlob, Task> place, CancellationToken cancel)
    {
        RequireSize(content.Length ?? 0, largest);
        using var room = await quota.OpenAsync(experimentId, cancel);
        long size = 0;
        await using var body = new MeteredStream(content, piece =>
        {
            RequireSize(size += piece, largest);
            room?.Take(piece);
        });
        var blob = await store.SaveAsync(body, cancel);
        HubMeter.ArtifactsReceived.Add(blob.Size);
        body.RequireAnnounced(blob);
        await place(blob);
        room?.Settle(blob.Size);
        return blob;
    }

    /// <exception cref="HubException">TooLarge.</exception>
    public void RequireSize(long bytes) => RequireSize(bytes, settings.MaxFileSize);

    private static void RequireSize(long bytes, long largest)
    {
        if (largest > 0 && bytes > largest)
        {
            throw new HubException(HubError.TooLarge, $"The file is too large: this hub takes at most {largest} bytes in one piece.");
        }
    }
}
