using MlHub.Artifacts;
using MlHub.Testing.Blobs;

namespace MlHub.Core.Tests.Artifacts;

public sealed class BlobStoreTests
{
    private const int MiB = GivenBytes.MiB;

    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<BlobStoreKind, int> Sizes()
    {
        var sizes = new TheoryData<BlobStoreKind, int>();
        foreach (var kind in Enum.GetValues<BlobStoreKind>())
        {
            sizes.AddRange([.. new[] { 0, 1, (8 * MiB) - 1, 8 * MiB, (8 * MiB) + 1, 16 * MiB, 20 * MiB }.Select(s => new TheoryDataRow<BlobStoreKind, int>(kind, s))]);
        }

        return sizes;
    }

    [Theory, MemberData(nameof(Sizes))]
    public async Task Bytes_come_back_as_they_went_in(BlobStoreKind kind, int size)
    {
        await using var test = TestBlobStore.Create(kind);
        var bytes = GivenBytes.Random(size);

        var stored = await test.Store.SaveAsync(new MemoryStream(bytes), None);

        Assert.Equal(new StoredBlob(GivenBytes.Digest(bytes), size), stored);
        Assert.Equal(bytes, await ReadAsync(test.Store, stored.Digest));
        Assert.Equal([($"{stored.Digest[..2]}/{stored.Digest}", (long)size)], await test.ListAsync());
    }

    [Theory, MemberData(nameof(Sizes))]
    public async Task Same_content_twice_is_one_blob(BlobStoreKind kind, int size)
    {
        await using var test = TestBlobStore.Create(kind);
        var bytes = GivenBytes.Random(size);

        var first = await test.Store.SaveAsync(new MemoryStream(bytes), None);
        var second = await test.Store.SaveAsync(new MemoryStream(bytes), None);

        Assert.Equal(first, second);
        Assert.Single(await test.ListAsync());
        Assert.Equal(bytes, await ReadAsync(test.Store, first.Digest));
    }

    [Theory]
    [InlineData(BlobStoreKind.Disk, 3 * MiB)]
    [InlineData(BlobStoreKind.AzureBlob, 3 * MiB)]
    [InlineData(BlobStoreKind.Disk, 20 * MiB)]
    [InlineData(BlobStoreKind.AzureBlob, 20 * MiB)]
    public async Task Eight_uploads_of_one_content_at_once_are_one_blob(BlobStoreKind kind, int size)
    {
        await using var test = TestBlobStore.Create(kind);
        var bytes = GivenBytes.Random(size);

        var stored = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => test.Store.SaveAsync(new MemoryStream(bytes), None))));

        Assert.Equal(new StoredBlob(GivenBytes.Digest(bytes), size), Assert.Single(stored.Distinct()));
        Assert.Single(await test.ListAsync());
        Assert.Equal(bytes, await ReadAsync(test.Store, stored[0].Digest));
    }

    [Theory, ClassData(typeof(EveryBlobStore))]
    public async Task Reading_can_start_anywhere(BlobStoreKind kind)
    {
        await using var test = TestBlobStore.Create(kind);
        var bytes = GivenBytes.Random(9 * MiB);
        var stored = await test.Store.SaveAsync(new MemoryStream(bytes), None);

        await using var content = await test.Store.OpenOrNullAsync(stored.Digest, None);

        Assert.True(content is { CanSeek: true, CanRead: true, CanWrite: false });
        Assert.Equal(bytes.Length, content.Length);
        foreach (var start in (int[])[8 * MiB, 0, 12_345, (9 * MiB) - 100, (4 * MiB) - 50])
        {
            content.Seek(start, SeekOrigin.Begin);
            var part = new byte[100];
            await content.ReadExactlyAsync(part, None);
            Assert.Equal(bytes[start..(start + 100)], part);
            Assert.Equal(start + 100, content.Position);
        }

        content.Seek(-10, SeekOrigin.End);
        Assert.Equal(bytes[^10..], await GivenBytes.RestAsync(content));
        content.Position = (9 * MiB) - 1;
        Assert.Equal(bytes[^1], content.ReadByte());
        Assert.Equal(0, await content.ReadAsync(new byte[1], None));
    }

    [Theory, ClassData(typeof(EveryBlobStore))]
    public async Task A_body_in_odd_pieces_is_stored_whole(BlobStoreKind kind)
    {
        await using var test = TestBlobStore.Create(kind);
        var bytes = await GivenBytes.RestAsync(new GeneratedStream(19 * MiB));

        var stored = await test.Store.SaveAsync(new GeneratedStream(19 * MiB), None);

        Assert.Equal(new StoredBlob(GivenBytes.Digest(bytes), 19 * MiB), stored);
        Assert.Equal(bytes, await ReadAsync(test.Store, stored.Digest));
    }

    [Theory, ClassData(typeof(EveryBlobStore))]
    public async Task A_digest_that_nobody_stored_has_no_bytes(BlobStoreKind kind)
    {
        await using var test = TestBlobStore.Create(kind);
        var unknown = GivenBytes.Digest([7]);

        Assert.Null(await test.Store.OpenOrNullAsync(unknown, None));
        await test.Store.SaveAsync(new MemoryStream([8]), None);
        Assert.Null(await test.Store.OpenOrNullAsync(unknown, None));
    }

    [Theory, ClassData(typeof(EveryBlobStore))]
    public async Task A_name_that_is_no_digest_is_refused(BlobStoreKind kind)
    {
        await using var test = TestBlobStore.Create(kind);
        string[] names = ["", "ab", new('a', 63), new('a', 65), new('A', 64), new('g', 64), "../" + new string('a', 61), new string('a', 63) + "\n"];

        foreach (var name in names)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => test.Store.OpenOrNullAsync(name, None));
        }
    }

    private static async Task<byte[]> ReadAsync(IBlobStore store, string digest)
    {
        await using var content = await store.OpenOrNullAsync(digest, None);
        Assert.NotNull(content);
        return await GivenBytes.RestAsync(content);
    }
}
