using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ModelGate.Receiving;

/// <summary>
/// Verifies Standard Webhooks: HMAC-SHA256 over <c>id.timestamp.body</c>, sent as <c>v1,BASE64</c>. While a secret is rotated there are several
/// signatures in the header, of which one has to match.
/// </summary>
public sealed class WebhookSignature(GateSettings settings, TimeProvider clock)
{
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Null where the delivery is genuine and fresh; otherwise what is wrong with it.</summary>
    public string? WhyNot(IHeaderDictionary headers, byte[] body)
    {
        var (id, sent, signatures) = (headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString(), headers["webhook-signature"].ToString());
        if (id.Length is 0 or > 256 || signatures.Length == 0)
        {
            return "The headers webhook-id, webhook-timestamp and webhook-signature are needed.";
        }

        if (!long.TryParse(sent, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(clock.GetUtcNow().ToUnixTimeSeconds() - (double)seconds) > Tolerance.TotalSeconds)
        {
            return "The timestamp is not within five minutes of now.";
        }

        var expected = HMACSHA256.HashData(settings.Key, (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{sent}."), .. body]);
        return signatures.Split(' ').Any(s => Matches(s, expected)) ? null : "No signature matches.";
    }

    private static bool Matches(string signature, byte[] expected)
    {
        var given = new byte[expected.Length];
        return signature.StartsWith("v1,", StringComparison.Ordinal)
            && Convert.TryFromBase64String(signature[3..], given, out var length)
            && length == expected.Length
            && CryptographicOperations.FixedTimeEquals(given, expected);
    }
}
