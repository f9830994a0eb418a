namespace MlHub.Adapters.Blobs;

/// <summary>Where a blob lies in its store: the digest, in a folder of its first two digits. Other folders hold no whole blobs.</summary>
internal static class BlobName
{
    /// <summary>Contents under way, under random names.</summary>
    public const string Incoming = "incoming";

    /// <summary>Parts of uploads, a folder for each.</summary>
    public const string Uploads = "uploads";

    /// <summary>Blobs whose bytes are no longer what their name says.</summary>
    public const string Damaged = "damaged";

    private const int DigestLength = 64;

    public static string Of(string digest) =>
        IsDigest(digest)
            ? $"{digest[..2]}/{digest}"
            : throw new ArgumentException("A blob's name is 64 lower-case hexadecimal digits.", nameof(digest));

    public static bool IsDigest(string name) => name.Length == DigestLength && name.All(char.IsAsciiHexDigitLower);

    public static string OfUpload(string id) =>
        id.Length == 32 && id.All(char.IsAsciiHexDigitLower)
            ? $"{Uploads}/{id}"
            : throw new ArgumentException("An upload's name is 32 lower-case hexadecimal digits.", nameof(id));
}
