using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MlHub.Webhooks;

/// <summary>
/// The headers of a delivery, in all conventions at once: Standard Webhooks' (https://github.com/standard-webhooks/standard-webhooks),
/// MLflow's, which signs the same text under another key, and Databricks' over the body alone where that is the target.
/// </summary>
public static class WebhookSignatures
{
    public const string SecretPrefix = "whsec_";
    private const int SecretBytes = 32;

    /// <summary>A new secret, as it is shown to its owner.</summary>
    public static string NewSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    public static IReadOnlyList<(string Name, string Value)> HeadersFor(OutgoingMessage message)
    {
        var timestamp = message.At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        List<(string, string)> headers =
        [
            ("webhook-id", message.MessageId), ("webhook-timestamp", timestamp),
            ("X-MLflow-Delivery-Id", message.MessageId), ("X-MLflow-Timestamp", timestamp),
            ("X-MlHub-Event", message.Event), ("X-MlHub-Attempt", message.Attempt.ToString(CultureInfo.InvariantCulture)),
        ];
        if (message.Secrets is [var secret, ..])
        {
            byte[] signed = [.. Encoding.UTF8.GetBytes($"{message.MessageId}.{timestamp}."), .. message.Body];
            headers.Add(("webhook-signature", string.Join(' ', message.Secrets.Select(s => Signature(StandardKey(s), signed)))));
            headers.Add(("X-MLflow-Signature", Signature(Encoding.UTF8.GetBytes(secret), signed)));
            if (message.Target == WebhookTarget.Databricks)
            {
                headers.Add(("X-Databricks-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), message.Body))));
            }
        }

        return headers;
    }

    private static string Signature(byte[] key, byte[] signed) => "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));

    /// <summary>What a client chose without the prefix, or with no base64 behind it, is taken as it stands.</summary>
    private static byte[] StandardKey(string secret)
    {
        var key = new byte[secret.Length];
        return secret.StartsWith(SecretPrefix, StringComparison.Ordinal) && Convert.TryFromBase64String(secret[SecretPrefix.Length..], key, out var length) && length > 0
            ? key[..length]
            : Encoding.UTF8.GetBytes(secret);
    }
}
