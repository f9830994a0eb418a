using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Sas;
using MlHub.Adapters.Blobs;
using MlHub.Testing.Blobs;

namespace MlHub.Core.Tests.Artifacts;

public sealed class AzureBlobStoreTests : IAsyncDisposable
{
    private const int Big = 9 * GivenBytes.MiB;

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly BlobContainerClient _container = new(Azurite.Shared.ConnectionString, $"test-{Guid.NewGuid():N}");

    public async ValueTask DisposeAsync() => await _container.DeleteIfExistsAsync();

    [Fact]
    public async Task The_container_is_private()
    {
        var store = new AzureBlobStore(Azurite.Shared.ConnectionString, _container.Name);

        var stored = await store.SaveAsync(new MemoryStream([1]), None);

        Assert.Equal(PublicAccessType.None, (await _container.GetPropertiesAsync()).Value.PublicAccess ?? PublicAccessType.None);
        using var nobody = new HttpClient();
        using var answer = await nobody.GetAsync(_container.GetBlobClient($"{stored.Digest[..2]}/{stored.Digest}").Uri);
        Assert.False(answer.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Big)]
    public async Task A_signature_for_an_existing_container_is_enough(int size)
    {
        await _container.CreateAsync();
        var signature = _container.GenerateSasUri(BlobContainerSasPermissions.Read | BlobContainerSasPermissions.Write | BlobContainerSasPermissions.Delete, DateTimeOffset.UtcNow.AddHours(1));
        var store = new AzureBlobStore(Azurite.Shared.Connection($"SharedAccessSignature={signature.Query.TrimStart('?')}"), _container.Name);
        var bytes = GivenBytes.Random(size);

        var stored = await store.SaveAsync(new MemoryStream(bytes), None);

        await using var content = await store.OpenOrNullAsync(stored.Digest, None);
        Assert.Equal(size, content?.Length);
        Assert.Equal(1, await _container.GetBlobsAsync(states: BlobStates.All).CountAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Big)]
    public async Task What_is_not_whole_under_a_digest_is_replaced(int size)
    {
        await _container.CreateAsync();
        var bytes = GivenBytes.Random(size);
        var digest = GivenBytes.Digest(bytes);
        await _container.UploadBlobAsync($"{digest[..2]}/{digest}", new BinaryData(Array.Empty<byte>()));
        var store = new AzureBlobStore(Azurite.Shared.ConnectionString, _container.Name);

        await store.SaveAsync(new MemoryStream(bytes), None);

        await using var content = await store.OpenOrNullAsync(digest, None);
        Assert.Equal(size, content?.Length);
    }

    [Fact]
    public async Task A_wrong_key_is_told_without_naming_the_account()
    {
        var key = Convert.ToBase64String(GivenBytes.Random(64));
        var store = new AzureBlobStore(Azurite.Shared.Connection($"AccountName={Azurite.Account};AccountKey={key}"), _container.Name);

        foreach (var size in (int[])[1, Big])
        {
            RequireUnavailable(await Assert.ThrowsAsync<HubException>(() => store.SaveAsync(new MemoryStream(new byte[size]), None)), "ConnectionStrings:Blobs");
        }

        RequireUnavailable(await Assert.ThrowsAsync<HubException>(() => store.OpenOrNullAsync(GivenBytes.Digest([1]), None)), "ConnectionStrings:Blobs");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("UseDevelopmentStorage=perhaps")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=not-base-64-secret;EndpointSuffix=core.windows.net")]
    [InlineData("BlobEndpoint=nowhere;AccountName=acme;AccountKey=c2VjcmV0")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=acme")]
    [InlineData("Server=db;Database=mlhub;Password=secret")]
    public void What_is_no_connection_string_is_refused_at_once_and_not_repeated(string text)
    {
        var refusal = Assert.Throws<IOException>(() => new AzureBlobStore(text));

        Assert.StartsWith("ConnectionStrings:Blobs is not ", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("acme", refusal.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("ecret", refusal.ToString(), StringComparison.Ordinal);
    }

    internal static void RequireUnavailable(HubException refusal, string says)
    {
        Assert.Equal(HubError.Unavailable, refusal.Error);
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Azurite.Account, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("http", refusal.Message, StringComparison.Ordinal);
    }
}
