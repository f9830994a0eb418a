using MlHub.Adapters.Blobs;
using MlHub.Testing.Blobs;

namespace MlHub.Core.Tests.Artifacts;

/// <summary>Attack 79: endless uploads side by side stop before the disk is full.</summary>
public sealed class ParallelSpaceTests : IDisposable
{
    private const long Reserve = 100L * GivenBytes.MiB;
    private const long Room = 45L * GivenBytes.MiB;

    private readonly string _root = Directory.CreateTempSubdirectory("mlhub-space-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Together_they_never_use_the_reserve()
    {
        var least = long.MaxValue;
        var store = new DiskBlobStore(_root, () => Reserve + Room - Used(), Reserve);

        var uploads = Enumerable.Range(0, 8).Select(n => Task.Run(() => TryAsync(store, n))).ToList();
        while (!Task.WhenAll(uploads).IsCompleted)
        {
            least = Math.Min(least, Reserve + Room - Used());
            await Task.Delay(1);
        }

        var refused = await Task.WhenAll(uploads);
        Assert.Contains(HubError.StorageFull, refused);
        Assert.All(refused, r => Assert.True(r is null or HubError.StorageFull));
        Assert.InRange(least, Reserve, long.MaxValue);
        Assert.Empty(Directory.GetFiles(Path.Combine(_root, "incoming")));
        await store.SaveAsync(new MemoryStream([1]), default);
    }

    [Fact]
    public async Task The_reserve_is_at_least_512_MiB_and_a_fiftieth_of_the_disk()
    {
        var reserve = Math.Max(512L * GivenBytes.MiB, (long)(new DriveInfo(_root).TotalSize * 0.02));
        var free = reserve + GivenBytes.MiB;
        var store = new DiskBlobStore(_root, () => free);

        await store.SaveAsync(new MemoryStream([1]), default);
        free = reserve - 1;

        Assert.Equal(HubError.StorageFull, (await Assert.ThrowsAsync<HubException>(() => store.SaveAsync(new MemoryStream([2]), default))).Error);
    }

    /// <summary>Files may go while they are counted.</summary>
    private long Used()
    {
        long used = 0;
        foreach (var path in Directory.GetFiles(_root, "*", SearchOption.AllDirectories))
        {
            var file = new FileInfo(path);
            used += file.Exists ? file.Length : 0;
        }

        return used;
    }

    private static async Task<HubError?> TryAsync(DiskBlobStore store, int seed)
    {
        try
        {
            await store.SaveAsync(new MemoryStream(GivenBytes.Random(10 * GivenBytes.MiB, seed)), default);
            return null;
        }
        catch (HubException e)
        {
            return e.Error;
        }
    }
}
