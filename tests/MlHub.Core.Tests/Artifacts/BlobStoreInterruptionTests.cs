using MlHub.Testing.Blobs;

namespace MlHub.Core.Tests.Artifacts;

public sealed class BlobStoreInterruptionTests
{
    private const int MiB = GivenBytes.MiB;

    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(BlobStoreKind.Disk, 5)]
    [InlineData(BlobStoreKind.AzureBlob, 5)]
    [InlineData(BlobStoreKind.Disk, 18)]
    [InlineData(BlobStoreKind.AzureBlob, 18)]
    public async Task A_cancelled_upload_leaves_nothing(BlobStoreKind kind, int afterMiB)
    {
        await using var test = TestBlobStore.Create(kind);
        using var cancel = new CancellationTokenSource();
        var content = new GeneratedStream(20 * MiB, at => CancelAt(at, afterMiB * MiB, cancel));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => test.Store.SaveAsync(content, cancel.Token));

        await RequireNothingAsync(test, afterMiB * MiB);
    }

    [Theory]
    [InlineData(BlobStoreKind.Disk, 5)]
    [InlineData(BlobStoreKind.AzureBlob, 5)]
    [InlineData(BlobStoreKind.Disk, 18)]
    [InlineData(BlobStoreKind.AzureBlob, 18)]
    public async Task A_body_that_breaks_off_leaves_nothing_and_keeps_its_own_error(BlobStoreKind kind, int afterMiB)
    {
        await using var test = TestBlobStore.Create(kind);
        var content = new GeneratedStream(20 * MiB, at => BreakAt(at, afterMiB * MiB));

        var error = await Assert.ThrowsAsync<IOException>(() => test.Store.SaveAsync(content, None));

        Assert.Equal("The client is gone.", error.Message);
        await RequireNothingAsync(test, afterMiB * MiB);
    }

    private static void CancelAt(long position, long at, CancellationTokenSource cancel)
    {
        if (position >= at)
        {
            cancel.Cancel();
        }
    }

    private static void BreakAt(long position, long at)
    {
        if (position >= at)
        {
            throw new IOException("The client is gone.");
        }
    }

    private static async Task RequireNothingAsync(TestBlobStore test, int sent)
    {
        var whole = await GivenBytes.RestAsync(new GeneratedStream(20 * MiB));
        Assert.Null(await test.Store.OpenOrNullAsync(GivenBytes.Digest(whole), None));
        Assert.Null(await test.Store.OpenOrNullAsync(GivenBytes.Digest(whole[..sent]), None));
        Assert.Empty(await test.ListAsync());
    }
}
