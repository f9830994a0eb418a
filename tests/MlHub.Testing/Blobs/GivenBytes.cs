using System.Security.Cryptography;

namespace MlHub.Testing.Blobs;

/// <summary>Contents for a store, the same for the same seed.</summary>
public static class GivenBytes
{
    public const int MiB = 1024 * 1024;

    public static byte[] Random(int size, int seed = 1)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>What is left to read of a stream.</summary>
    public static async Task<byte[]> RestAsync(Stream content)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy);
        return copy.ToArray();
    }
}
