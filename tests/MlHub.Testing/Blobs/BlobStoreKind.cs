namespace MlHub.Testing.Blobs;

public enum BlobStoreKind
{
    Disk,
    AzureBlob,
}
