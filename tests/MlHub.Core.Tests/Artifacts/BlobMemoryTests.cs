using MlHub.Testing.Blobs;

namespace MlHub.Core.Tests.Artifacts;

/// <summary>Counts what the whole process allocates, so nothing else may run beside it.</summary>
[Collection(nameof(BlobMemoryTests)), CollectionDefinition(nameof(BlobMemoryTests), DisableParallelization = true)]
public sealed class BlobMemoryTests
{
    private const int MiB = GivenBytes.MiB;

    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(BlobStoreKind.Disk)]
    [InlineData(BlobStoreKind.AzureBlob)]
    public async Task Memory_does_not_grow_with_the_content(BlobStoreKind kind)
    {
        await using var test = TestBlobStore.Create(kind);
        await test.Store.SaveAsync(new GeneratedStream(20 * MiB), None);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var stored = await test.Store.SaveAsync(new GeneratedStream(200 * MiB), None);
        var saved = GC.GetTotalAllocatedBytes(precise: true);
        await using var content = await test.Store.OpenOrNullAsync(stored.Digest, None);
        var buffer = new byte[81920];
        long read = 0;
        for (int part; (part = await content!.ReadAsync(buffer, None)) > 0;)
        {
            read += part;
        }

        Assert.Equal((200L * MiB, 200L * MiB), (stored.Size, read));
        Assert.InRange(saved - before, 0, 20L * MiB);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - saved, 0, 20L * MiB);
    }
}
