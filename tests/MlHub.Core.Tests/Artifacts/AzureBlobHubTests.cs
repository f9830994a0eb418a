using Azure.Storage.Blobs;
using MlHub.Testing.Blobs;

namespace MlHub.Core.Tests.Artifacts;

/// <summary>The whole program with its artifacts in Azure Blob Storage.</summary>
public sealed class AzureBlobHubTests
{
    [Fact]
    public async Task An_artifact_goes_to_the_container_and_comes_back_also_in_part()
    {
        await using var hub = new TestHub(("MlHub:Artifacts:Provider", "AzureBlob"), ("ConnectionStrings:Blobs", Azurite.Shared.ConnectionString));
        using var client = await hub.ProgramOfAsync("ann");
        var experiment = await client.GivenExperimentAsync();
        var run = await client.GivenRunAsync(experiment);
        var bytes = GivenBytes.Random(9 * GivenBytes.MiB);
        var url = Asking.ArtifactUrl(experiment, run, "model.bin");

        await client.UploadAsync(experiment, run, "model.bin", bytes);

        Assert.Equal(bytes, await client.GetByteArrayAsync(url));
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new(8_388_600, 8_388_699) } };
        using var part = await client.SendAsync(request);
        Assert.Equal(bytes[8_388_600..8_388_700], await part.Content.ReadAsByteArrayAsync());
        var digest = GivenBytes.Digest(bytes);
        Assert.True(await new BlobClient(Azurite.Shared.ConnectionString, "mlhub-artifacts", $"{digest[..2]}/{digest}").ExistsAsync());
        Assert.Empty(Directory.GetFiles(hub.DataDirectory, digest, SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_store_that_does_not_answer_refuses_one_call_and_not_the_start()
    {
        using var azurite = new Azurite();
        azurite.Stop();
        await using var hub = new TestHub(("MlHub:Artifacts:Provider", "AzureBlob"), ("ConnectionStrings:Blobs", azurite.ConnectionString));
        using var client = await hub.ProgramOfAsync("ann");
        var experiment = await client.GivenExperimentAsync();
        var run = await client.GivenRunAsync(experiment);

        using var content = new ByteArrayContent([1]);
        var (status, code, message) = await client.PutAsync(Asking.ArtifactUrl(experiment, run, "a.txt"), content).RefusalAsync();

        Assert.Equal((503, "TEMPORARILY_UNAVAILABLE"), (status, code));
        Assert.DoesNotContain("127.0.0.1", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_connection_string_ends_the_start_in_a_sentence()
    {
        var data = Directory.CreateTempSubdirectory("mlhub-test-");
        using var hub = HubProcess.Start(data.FullName, null, "MlHub:Artifacts:Provider=AzureBlob", "ConnectionStrings:Blobs=AccountName=acme;AccountKey=secret");

        Assert.Equal(1, await hub.ExitAsync());

        Assert.Contains("MlHub cannot start. ConnectionStrings:Blobs is not the connection string", hub.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", hub.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", hub.Output, StringComparison.Ordinal);
        data.Delete(recursive: true);
    }
}
