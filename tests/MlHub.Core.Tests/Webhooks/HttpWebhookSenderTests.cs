using System.Diagnostics;
using System.Net;
using System.Net.Http;
using Microsoft.AspNetCore.Http;
using MlHub.Adapters.Webhooks;
using MlHub.Testing.Webhooks;

namespace MlHub.Core.Tests.Webhooks;

/// <summary>What the sender does with whatever receivers answer.</summary>
public sealed class HttpWebhookSenderTests
{
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task No_redirect_is_followed(int status)
    {
        await using var inside = await WebhookReceiver.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (context, _) =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = inside.Url + "/admin";
            return Task.CompletedTask;
        };
        using var sender = new HttpWebhookSender(WebhookScene.Loopback);

        var result = await sender.SendAsync(SenderScene.Message(receiver.Url), default);

        Assert.Equal((status, false), (result.Status, result.IsDelivered));
        Assert.Contains("none is followed", result.Error, StringComparison.Ordinal);
        Assert.Empty(inside.Received);
        Assert.Single(receiver.Received);
    }

    [Fact]
    public async Task No_proxy_is_asked()
    {
        await using var proxy = await WebhookReceiver.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var before = HttpClient.DefaultProxy;
        // For this receiver alone: other tests of the process have their own.
        HttpClient.DefaultProxy = new ProxyOf(receiver.Port, new Uri(proxy.Url));
        try
        {
            using (var naive = new HttpClient())
            {
                await naive.GetAsync(new Uri(receiver.Url));
            }

            Assert.Single(proxy.Received);
            using var sender = new HttpWebhookSender(WebhookScene.Loopback);
            Assert.True((await sender.SendAsync(SenderScene.Message(receiver.Url), default)).IsDelivered);
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }

        Assert.Single(proxy.Received);
        Assert.Single(receiver.Received);
    }

    [Fact]
    public async Task A_receiver_that_takes_the_call_and_never_answers_is_left_in_time()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        using var sender = new HttpWebhookSender(WebhookScene.Loopback, patience: TimeSpan.FromSeconds(1));
        var watch = Stopwatch.StartNew();

        var result = await sender.SendAsync(SenderScene.Message(receiver.Url), default);

        Assert.Null(result.Status);
        Assert.Contains("did not answer", result.Error, StringComparison.Ordinal);
        Assert.True(watch.Elapsed > TimeSpan.FromSeconds(0.9), $"It was left after {watch.Elapsed}.");
    }

    [Fact]
    public async Task A_receiver_that_drips_its_answer_is_left_in_time_and_its_status_counts()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = async (context, _) =>
        {
            await context.Response.WriteAsync("slow");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        using var sender = new HttpWebhookSender(WebhookScene.Loopback, patience: TimeSpan.FromSeconds(1));

        var result = await sender.SendAsync(SenderScene.Message(receiver.Url), default);

        Assert.Equal((200, "slow"), (result.Status, result.Answer));
        Assert.True(result.TotalMs >= 900, $"It was left after {result.TotalMs} ms.");
    }

    [Fact]
    public async Task Of_an_endless_answer_a_little_is_read_and_a_kilobyte_kept()
    {
        var left = new TaskCompletionSource();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = async (context, _) =>
        {
            var block = new byte[64 * 1024];
            block.AsSpan().Fill((byte)'x');
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(block);
                await Task.Yield();
            }

            left.SetResult();
        };
        using var sender = new HttpWebhookSender(WebhookScene.Loopback, patience: TimeSpan.FromHours(1));

        var result = await sender.SendAsync(SenderScene.Message(receiver.Url), default).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal((200, 1024), (result.Status, result.Answer!.Length));
        await left.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task What_no_text_may_hold_is_taken_out_of_an_answer()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = async (context, _) => await context.Response.Body.WriteAsync(new byte[] { (byte)'a', 0, 27, (byte)'b', 0xff, (byte)'c' });
        using var sender = new HttpWebhookSender(WebhookScene.Loopback);

        Assert.Equal("a  b\uFFFDc", (await sender.SendAsync(SenderScene.Message(receiver.Url), default)).Answer);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("0", null)]
    [InlineData("soon", null)]
    [InlineData("DATE", 3600)]
    public async Task Retry_after_is_a_number_of_seconds_or_a_date(string value, int? seconds)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (context, _) =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = value == "DATE" ? DateTimeOffset.UtcNow.AddHours(1).ToString("R") : value;
            return Task.CompletedTask;
        };
        using var sender = new HttpWebhookSender(WebhookScene.Loopback);

        var asked = (await sender.SendAsync(SenderScene.Message(receiver.Url), default)).RetryAfter;

        Assert.Equal(seconds is null, asked is null);
        Assert.InRange(asked?.TotalSeconds ?? 0, (seconds ?? 0) - 2, seconds ?? 0);
    }

    [Fact]
    public async Task The_log_shows_what_was_sent_without_what_is_secret()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        using var sender = new HttpWebhookSender(WebhookScene.Loopback);

        var result = await sender.SendAsync(SenderScene.Message(receiver.Url, "Bearer very-secret"), default);

        var sent = Assert.Single(receiver.Received);
        Assert.Equal("Bearer very-secret", sent.Headers["Authorization"]);
        Assert.StartsWith("MlHub-Webhooks/", sent.Headers["User-Agent"], StringComparison.Ordinal);
        Assert.DoesNotContain("Cookie", sent.Headers.Keys);
        Assert.DoesNotContain("traceparent", sent.Headers.Keys);
        Assert.DoesNotContain("very-secret", result.RequestHeaders, StringComparison.Ordinal);
        Assert.DoesNotContain(sent.Headers["webhook-signature"], result.RequestHeaders, StringComparison.Ordinal);
        Assert.Contains("webhook-id: msg_1\n", result.RequestHeaders, StringComparison.Ordinal);
        Assert.True(result is { ResolvedMs: not null, ConnectedMs: not null, SecuredMs: null, FirstByteMs: not null });
    }

    [Fact]
    public async Task A_certificate_of_the_receivers_own_is_trusted_where_it_was_given_and_only_for_its_name()
    {
        using var certificate = SenderScene.CertificateFor("hooks.example");
        using var other = SenderScene.CertificateFor("hooks.example");
        await using var receiver = await WebhookReceiver.StartAsync(certificate);
        using var sender = new HttpWebhookSender(WebhookScene.Loopback, SenderScene.Always("127.0.0.1"));
        string At(string host) => $"https://{host}:{receiver.Port}/";
        var pem = certificate.ExportCertificatePem();

        var trusted = await sender.SendAsync(SenderScene.Message(At("hooks.example"), certificates: pem), default);
        Assert.True(trusted.IsDelivered, trusted.ToString());
        Assert.NotNull(trusted.SecuredMs);
        Assert.All(
            [
                await sender.SendAsync(SenderScene.Message(At("hooks.example")), default),
                await sender.SendAsync(SenderScene.Message(At("other.example"), certificates: pem), default),
                await sender.SendAsync(SenderScene.Message(At("hooks.example"), certificates: other.ExportCertificatePem()), default),
            ],
            r => Assert.StartsWith("No encrypted connection", r.Error, StringComparison.Ordinal));
        Assert.Single(receiver.Received);
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_told_of_in_a_sentence()
    {
        var receiver = await WebhookReceiver.StartAsync();
        await receiver.DisposeAsync();
        using var sender = new HttpWebhookSender(WebhookScene.Loopback, (_, _) => throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound));

        Assert.Equal("No connection: ConnectionRefused.", (await sender.SendAsync(SenderScene.Message(receiver.Url), default)).Error);
        Assert.Equal("The name of the receiver could not be looked up.", (await sender.SendAsync(SenderScene.Message("http://nowhere.example/"), default)).Error);
        await sender.CheckAsync("http://nowhere.example/", default);
    }

    private sealed class ProxyOf(int port, Uri proxy) : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri GetProxy(Uri destination) => proxy;

        public bool IsBypassed(Uri host) => host.Port != port;
    }
}
