namespace MlHub.Adapters.Blobs;

/// <summary>Where a blob lies in its store: the digest, in a folder of its first two digits.</summary>
internal static class BlobName
{
    public static string Of(string digest) =>
        digest.Length == 64 && digest.All(char.IsAsciiHexDigitLower)
            ? $"{digest[..2]}/{digest}"
            : throw new ArgumentException("A blob's name is 64 lower-case hexadecimal digits.", nameof(digest));
}
