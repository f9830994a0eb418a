using MlHub.Artifacts;
using MlHub.Testing.Blobs;

namespace MlHub.Core.Tests.Artifacts;

/// <summary>What is taken out of a store, and what is never: on both kinds in the same way.</summary>
public sealed class BlobSweepTests
{
    private const int MiB = GivenBytes.MiB;

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Ever = DateTimeOffset.UtcNow.AddYears(1);
    private static readonly string Upload = new('a', 32);

    [Theory, ClassData(typeof(EveryBlobStore))]
    public async Task What_nobody_saved_since_can_be_removed(BlobStoreKind kind)
    {
        await using var test = TestBlobStore.Create(kind);
        Assert.Empty(await test.Store.ListIdleAsync(Ever, None).ToListAsync());
        var before = DateTimeOffset.UtcNow.AddMinutes(-1);
        var (small, large) = (await SaveAsync(test.Store, 10), await SaveAsync(test.Store, 9 * MiB));

        Assert.Empty(await test.Store.ListIdleAsync(before, None).ToListAsync());
        Assert.False(await test.Store.DeleteIdleAsync(small.Digest, before, None));
        Assert.Equal(new[] { small, large }.OrderBy(b => b.Size), (await test.Store.ListIdleAsync(Ever, None).ToListAsync()).OrderBy(b => b.Size));
        Assert.True(await test.Store.DeleteIdleAsync(large.Digest, Ever, None));
        Assert.False(await test.Store.DeleteIdleAsync(large.Digest, Ever, None));
        Assert.Null(await test.Store.OpenOrNullAsync(large.Digest, None));
        Assert.Equal([small], await test.Store.ListIdleAsync(Ever, None).ToListAsync());
    }

    [Theory]
    [InlineData(BlobStoreKind.Disk, 10)]
    [InlineData(BlobStoreKind.AzureBlob, 10)]
    [InlineData(BlobStoreKind.Disk, 9 * MiB)]
    [InlineData(BlobStoreKind.AzureBlob, 9 * MiB)]
    public async Task What_is_saved_again_is_new_again(BlobStoreKind kind, int size)
    {
        await using var test = TestBlobStore.Create(kind);
        var stored = await SaveAsync(test.Store, size);
        // Azure tells times in whole seconds.
        await Task.Delay(2100);
        var since = DateTimeOffset.UtcNow.AddSeconds(-1);
        Assert.Single(await test.Store.ListIdleAsync(since, None).ToListAsync());

        await SaveAsync(test.Store, size);

        Assert.Empty(await test.Store.ListIdleAsync(since, None).ToListAsync());
        Assert.False(await test.Store.DeleteIdleAsync(stored.Digest, since, None));
        await using var content = await test.Store.OpenOrNullAsync(stored.Digest, None);
        Assert.Equal(size, content?.Length);
    }

    [Theory]
    [InlineData(BlobStoreKind.Disk, 40)]
    [InlineData(BlobStoreKind.AzureBlob, 3)]
    public async Task Whoever_saves_while_it_is_removed_has_their_bytes(BlobStoreKind kind, int rounds)
    {
        await using var test = TestBlobStore.Create(kind);
        for (var round = 0; round < rounds; round++)
        {
            var stored = await SaveAsync(test.Store, 5000);
            await Task.Delay(kind == BlobStoreKind.Disk ? 20 : 2100);
            var since = DateTimeOffset.UtcNow.AddMilliseconds(kind == BlobStoreKind.Disk ? -5 : -1000);

            await Task.WhenAll(
                [
                    .. Enumerable.Range(0, 3).Select(_ => Task.Run(() => SaveAsync(test.Store, 5000))),
                    .. Enumerable.Range(0, 3).Select(_ => Task.Run(() => test.Store.DeleteIdleAsync(stored.Digest, since, None))),
                ]);

            await using var content = await test.Store.OpenOrNullAsync(stored.Digest, None);
            Assert.Equal(5000, content?.Length);
        }
    }

    [Theory, ClassData(typeof(EveryBlobStore))]
    public async Task What_is_set_aside_is_out_of_reach_and_can_be_saved_again(BlobStoreKind kind)
    {
        await using var test = TestBlobStore.Create(kind);
        var stored = await SaveAsync(test.Store, 100);
        await test.DamageAsync(stored.Digest, [6, 6, 6]);

        await test.Store.SetAsideAsync(stored.Digest, None);

        Assert.Null(await test.Store.OpenOrNullAsync(stored.Digest, None));
        Assert.Empty(await test.Store.ListIdleAsync(Ever, None).ToListAsync());
        Assert.Contains(($"damaged/{stored.Digest}", 3L), await test.ListAsync());
        Assert.Equal(stored, await SaveAsync(test.Store, 100));
        await using var content = await test.Store.OpenOrNullAsync(stored.Digest, None);
        Assert.Equal(100, content?.Length);
    }

    [Theory, ClassData(typeof(EveryBlobStore))]
    public async Task Parts_are_a_store_of_their_own(BlobStoreKind kind)
    {
        await using var test = TestBlobStore.Create(kind);
        var (parts, others) = (test.Store.PartsOf(Upload), test.Store.PartsOf(new string('b', 32)));
        await test.Store.DeletePartsAsync(Upload, None);

        var whole = await SaveAsync(test.Store, 100);
        var same = await SaveAsync(parts, 100);
        var large = await SaveAsync(parts, 9 * MiB);
        await SaveAsync(others, 7);

        Assert.Equal(whole, same);
        Assert.Null(await test.Store.OpenOrNullAsync(large.Digest, None));
        Assert.Equal([whole], await test.Store.ListIdleAsync(Ever, None).ToListAsync());
        await using (var content = await test.Store.PartsOf(Upload).OpenOrNullAsync(large.Digest, None))
        {
            Assert.Equal(GivenBytes.Random(9 * MiB), await GivenBytes.RestAsync(content!));
        }

        await test.Store.DeletePartsAsync(Upload, None);
        Assert.Null(await parts.OpenOrNullAsync(same.Digest, None));
        Assert.Equal(2, (await test.ListAsync()).Count);
        foreach (var name in new[] { "", "../x", "A" + new string('a', 31), new string('a', 33) })
        {
            Assert.Throws<ArgumentException>(() => test.Store.PartsOf(name));
            await Assert.ThrowsAsync<ArgumentException>(() => test.Store.DeletePartsAsync(name, None));
        }
    }

    [Theory, ClassData(typeof(EveryBlobStore))]
    public async Task An_upload_under_way_is_left_alone_and_a_dead_one_removed_by_its_age(BlobStoreKind kind)
    {
        await using var test = TestBlobStore.Create(kind);
        await SaveAsync(test.Store, 1);
        var during = new List<int>();
        await test.Store.SaveAsync(new GeneratedStream(20 * MiB, at => SweepAt(at, 18 * MiB, DateTimeOffset.UtcNow.AddMinutes(-1))), None);

        Assert.Equal(2, (await test.ListAsync()).Count);
        Assert.True(during.Count > 0 && during.TrueForAll(n => n == 2));

        void SweepAt(long position, long at, DateTimeOffset since)
        {
            if (position >= at && during.Count == 0)
            {
                test.Store.SweepUploadsAsync(since, None).GetAwaiter().GetResult();
                during.Add(test.ListAsync().GetAwaiter().GetResult().Count);
            }
        }
    }

    private static Task<StoredBlob> SaveAsync(IBlobStore store, int size) => store.SaveAsync(new MemoryStream(GivenBytes.Random(size)), None);
}
