namespace MlHub.Webhooks;

/// <summary>Opens what is sealed, just before it is sent.</summary>
internal static class OutgoingMessages
{
    /// <exception cref="System.Security.Cryptography.CryptographicException">A secret cannot be read any more.</exception>
    public static OutgoingMessage Of(Webhook webhook, WebhookDelivery delivery, ISecretBox box, DateTimeOffset now)
    {
        List<string> secrets = webhook.SealedSecret is { } present ? [box.Open(present)] : [];
        if (webhook.SealedPreviousSecret is { } previous && webhook.PreviousSecretUntil > now)
        {
            secrets.Add(box.Open(previous));
        }

        return new(
            new Uri(webhook.Url), delivery.MessageId, delivery.Event, delivery.Attempts + 1, now, delivery.Body, webhook.Target, secrets,
            webhook.SealedAuthorization is { } sealedHeader ? box.Open(sealedHeader) : null, webhook.TrustedCertificates);
    }
}
