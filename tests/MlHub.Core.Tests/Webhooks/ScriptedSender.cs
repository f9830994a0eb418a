using System.Collections.Concurrent;
using MlHub.Webhooks;

namespace MlHub.Core.Tests.Webhooks;

/// <summary>Answers as a test says, without a network.</summary>
internal sealed class ScriptedSender(Func<OutgoingMessage, CancellationToken, Task<SendResult>> answer) : IWebhookSender
{
    private readonly ConcurrentQueue<OutgoingMessage> _sent = new();

    public ScriptedSender(Func<OutgoingMessage, SendResult> answer)
        : this((message, _) => Task.FromResult(answer(message)))
    {
    }

    public IReadOnlyList<OutgoingMessage> Sent => [.. _sent];

    public static SendResult Answered(int status, TimeSpan? retryAfter = null) => new(status, null, null, retryAfter, null, null, null, 1, 1, "");

    public Task<SendResult> SendAsync(OutgoingMessage message, CancellationToken cancel)
    {
        _sent.Enqueue(message);
        return answer(message, cancel);
    }

    public Task CheckAsync(string url, CancellationToken cancel) => Task.CompletedTask;
}
