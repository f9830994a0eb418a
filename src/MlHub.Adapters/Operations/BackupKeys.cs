using System.IO.Compression;
using System.Security.Cryptography;

namespace MlHub.Adapters.Operations;

/// <summary>
/// The folder <c>keys/</c> as one encrypted file: AES-256-GCM over a zip of it, with a key made from a passphrase by PBKDF2
/// (SHA-256, 600 000 rounds). Laid out as salt (16 bytes), nonce (12), tag (16), ciphertext.
/// </summary>
internal static class BackupKeys
{
    public const string FileName = "keys.encrypted";

    private const int SaltBytes = 16, NonceBytes = 12, TagBytes = 16, Rounds = 600_000, MostBytes = 16 << 20;

    public static byte[] Encrypt(string folder, string passphrase)
    {
        using var zip = new MemoryStream();
        ZipFile.CreateFromDirectory(folder, zip);
        var plain = zip.ToArray();
        var (salt, nonce, tag, secret) = (RandomNumberGenerator.GetBytes(SaltBytes), RandomNumberGenerator.GetBytes(NonceBytes), new byte[TagBytes], new byte[plain.Length]);
        using var aes = new AesGcm(Key(passphrase, salt), TagBytes);
        aes.Encrypt(nonce, plain, secret, tag);
        return [.. salt, .. nonce, .. tag, .. secret];
    }

    /// <exception cref="IOException">In one sentence: the passphrase is wrong.</exception>
    public static void Decrypt(Stream file, string passphrase, string folder)
    {
        using var copy = new MemoryStream();
        file.CopyTo(copy);
        var all = copy.Length is > SaltBytes + NonceBytes + TagBytes and < MostBytes ? copy.ToArray() : throw new IOException("The backup is damaged: its keys are.");
        var (salt, nonce, tag, secret) = (all[..16], all[16..28], all[28..44], all[44..]);
        var plain = new byte[secret.Length];
        try
        {
            using var aes = new AesGcm(Key(passphrase, salt), TagBytes);
            aes.Decrypt(nonce, secret, tag, plain);
        }
        catch (CryptographicException e)
        {
            throw new IOException($"The keys in the backup do not open with {BackupOptions.PassphraseVariable}.", e);
        }

        PrivateDirectory.Create(folder);
        using var zip = new ZipArchive(new MemoryStream(plain));
        foreach (var entry in zip.Entries)
        {
            // Only files, and only into the folder itself.
            entry.ExtractToFile(Path.Combine(folder, Path.GetFileName(entry.FullName)));
        }
    }

    private static byte[] Key(string passphrase, byte[] salt) => Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, Rounds, HashAlgorithmName.SHA256, 32);
}
