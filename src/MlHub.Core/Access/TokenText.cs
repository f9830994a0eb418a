using System.Security.Cryptography;
using System.Text;

namespace MlHub.Access;

/// <summary>
/// The form of a personal access token: <c>mlh_pat_</c>, 22 characters by which it is found, 32 of secret, 6 of checksum.
/// The prefix lets scanners find leaked ones; the checksum turns typing errors away without a look into the database.
/// </summary>
public static class TokenText
{
    public const string Prefix = "mlh_pat_";
    private const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int IdLength = 22, SecretLength = 32, ChecksumLength = 6;
    private const int Length = 8 + IdLength + SecretLength + ChecksumLength;

    public static (string Text, string Id, byte[] SecretHash) Create()
    {
        var id = RandomNumberGenerator.GetString(Letters, IdLength);
        var secret = RandomNumberGenerator.GetString(Letters, SecretLength);
        var body = Prefix + id + secret;
        return (body + Checksum(body), id, Hash(secret));
    }

    /// <summary>False for everything that MlHub cannot have issued.</summary>
    public static bool TryParse(string text, out string id, out byte[] secretHash)
    {
        (id, secretHash) = ("", []);
        if (text.Length != Length || !text.StartsWith(Prefix, StringComparison.Ordinal) || Checksum(text[..^ChecksumLength]) != text[^ChecksumLength..])
        {
            return false;
        }

        id = text.Substring(Prefix.Length, IdLength);
        secretHash = Hash(text.Substring(Prefix.Length + IdLength, SecretLength));
        return true;
    }

    // The secret has 190 random bits, so a fast hash is as safe as a slow one.
    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.ASCII.GetBytes(secret));

    private static string Checksum(string body)
    {
        var number = BitConverter.ToUInt64(SHA256.HashData(Encoding.ASCII.GetBytes(body)));
        return string.Create(ChecksumLength, number, static (span, n) =>
        {
            for (var i = 0; i < span.Length; i++, n /= (ulong)Letters.Length)
            {
                span[i] = Letters[(int)(n % (ulong)Letters.Length)];
            }
        });
    }
}
