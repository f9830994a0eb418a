using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MlHub.Adapters.Blobs;
using MlHub.Testing.Blobs;

namespace MlHub.Core.Tests.Artifacts;

public sealed class AzureOutageTests
{
    private const int Big = 9 * GivenBytes.MiB;
    private const string Container = "mlhub-artifacts";

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(15);
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_stopped_server_is_told_soon_and_a_new_one_is_used_without_a_restart()
    {
        using var azurite = new Azurite();
        var store = new AzureBlobStore(azurite.ConnectionString);
        var stored = await store.SaveAsync(new MemoryStream(GivenBytes.Random(Big)), None);
        await using var content = await store.OpenOrNullAsync(stored.Digest, None);

        azurite.Stop();

        await RequireUnavailableAsync(() => store.SaveAsync(new MemoryStream([1]), None));
        await RequireUnavailableAsync(() => store.SaveAsync(new MemoryStream(GivenBytes.Random(Big)), None));
        await RequireUnavailableAsync(() => store.OpenOrNullAsync(stored.Digest, None));
        await RequireUnavailableAsync(() => store.PartsOf(new string('a', 32)).SaveAsync(new MemoryStream([1]), None));
        await RequireUnavailableAsync(() => store.DeletePartsAsync(new string('a', 32), None));
        await RequireUnavailableAsync(() => store.DeleteIdleAsync(stored.Digest, DateTimeOffset.MaxValue, None));
        await RequireUnavailableAsync(() => store.SetAsideAsync(stored.Digest, None));
        await RequireUnavailableAsync(() => store.SweepUploadsAsync(DateTimeOffset.MaxValue, None));
        await RequireUnavailableAsync(() => store.ListIdleAsync(DateTimeOffset.MaxValue, None).ToListAsync(None).AsTask());
        await RequireUnavailableAsync(() => content!.ReadAsync(new byte[1], None).AsTask());

        azurite.StartAgain();

        Assert.Equal(stored, await store.SaveAsync(new MemoryStream(GivenBytes.Random(Big)), None));
        await using var again = await store.OpenOrNullAsync(stored.Digest, None);
        Assert.Equal(Big, again?.Length);
    }

    [Fact]
    public async Task A_server_that_goes_away_in_the_middle_of_an_upload_is_told()
    {
        using var azurite = new Azurite();
        var store = new AzureBlobStore(azurite.ConnectionString);
        var stopped = false;
        var content = new GeneratedStream(3 * Big, at => StopOnce(at, azurite, ref stopped));

        await RequireUnavailableAsync(() => store.SaveAsync(content, None));
    }

    [Fact]
    public async Task A_server_that_never_answers_is_not_waited_for()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var connection = $"BlobEndpoint=http://{silent.LocalEndpoint}/{Azurite.Account};AccountName={Azurite.Account};AccountKey={Azurite.Key}";
        var store = new AzureBlobStore(AzureContainer.Open(connection, Container, patience: TimeSpan.FromSeconds(1)));

        await RequireUnavailableAsync(() => store.SaveAsync(new MemoryStream([1]), None));
        await RequireUnavailableAsync(() => store.OpenOrNullAsync(GivenBytes.Digest([1]), None));
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(1500));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.SaveAsync(new MemoryStream([1]), cancel.Token));
    }

    private static void StopOnce(long position, Azurite azurite, ref bool stopped)
    {
        if (position > 2 * Big && !stopped)
        {
            azurite.Stop();
            stopped = true;
        }
    }

    private static async Task RequireUnavailableAsync(Func<Task> call)
    {
        var time = Stopwatch.StartNew();
        AzureBlobStoreTests.RequireUnavailable(await Assert.ThrowsAsync<HubException>(call), "does not answer");
        Assert.InRange(time.Elapsed, TimeSpan.Zero, Bound);
    }
}
