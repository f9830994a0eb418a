namespace MlHub.Webhooks;

/// <summary>What is sent in one attempt; secrets are open here and nowhere else.</summary>
/// <param name="Secrets">The present one first, then those of a rotation that still count.</param>
public sealed record OutgoingMessage(
    Uri Url, string MessageId, string Event, int Attempt, DateTimeOffset At, byte[] Body, WebhookTarget Target, IReadOnlyList<string> Secrets, string? Authorization,
    string? TrustedCertificates);

/// <summary>What came of one attempt.</summary>
/// <param name="RetryAfter">How long the receiver asks to be left alone.</param>
public sealed record SendResult(
    int? Status, string? Error, string? Answer, TimeSpan? RetryAfter, int? ResolvedMs, int? ConnectedMs, int? SecuredMs, int? FirstByteMs, int TotalMs, string RequestHeaders)
{
    public bool IsDelivered => Status is >= 200 and < 300;
}

/// <summary>Sends over HTTP to addresses that are allowed. Never throws for what the receiver does.</summary>
public interface IWebhookSender
{
    Task<SendResult> SendAsync(OutgoingMessage message, CancellationToken cancel);

    /// <summary>Looks at an address before it is saved.</summary>
    /// <exception cref="HubException">400: it is none that may be called.</exception>
    Task CheckAsync(string url, CancellationToken cancel);
}
