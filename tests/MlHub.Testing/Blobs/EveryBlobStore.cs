using System.Collections;

namespace MlHub.Testing.Blobs;

/// <summary>Runs a theory on each store: <c>[Theory, ClassData(typeof(EveryBlobStore))]</c>.</summary>
public sealed class EveryBlobStore : IEnumerable<object[]>
{
    public IEnumerator<object[]> GetEnumerator()
    {
        yield return [BlobStoreKind.Disk];
        yield return [BlobStoreKind.AzureBlob];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
