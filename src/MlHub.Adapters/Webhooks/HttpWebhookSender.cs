using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MlHub.Webhooks;

namespace MlHub.Adapters.Webhooks;

/// <summary>
/// The one client with which MlHub calls addresses that its users name. It follows no redirect, asks no proxy, keeps no cookies, connects only
/// to addresses it has checked, and reads no more of an answer than it needs.
/// </summary>
public sealed class HttpWebhookSender : IWebhookSender, IDisposable
{
    private const int ReadBytes = 64 * 1024, KeptBytes = 1024, ClientsKept = 100;

    private static readonly string Agent = $"MlHub-Webhooks/{Assembly.GetExecutingAssembly().GetName().Version?.ToString(2)}";

    private readonly bool _allowHttp;
    private readonly TimeSpan _patience;
    private readonly CheckedConnections _connections;
    private readonly HttpMessageInvoker _client;
    private readonly ConcurrentDictionary<string, HttpMessageInvoker> _trusting = new();

    public HttpWebhookSender(WebhookSettings settings, LookUp? lookUp = null, TimeSpan? patience = null)
    {
        _allowHttp = settings.AllowHttp;
        _patience = patience ?? TimeSpan.FromSeconds(15);
        _connections = new(new(settings.AllowedNetworks), lookUp ?? Dns.GetHostAddressesAsync);
        _client = _connections.Client(null);
    }

    public async Task CheckAsync(string url, CancellationToken cancel)
    {
        var host = WebhookAddress.Parse(url, _allowHttp).IdnHost;
        try
        {
            await _connections.ResolveAsync(host, cancel);
        }
        catch (RefusedAddressException e)
        {
            throw HubException.OutOfBounds($"Invalid webhook URL: {e.Message}");
        }
        catch (SocketException)
        {
            // A name that nobody knows yet is no danger: it is looked up again for each connection.
        }
    }

    public async Task<SendResult> SendAsync(OutgoingMessage message, CancellationToken cancel)
    {
        using var request = Request(message);
        var timings = SendTimings.Start(request);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_patience);
        try
        {
            // What was saved under other settings is looked at again.
            WebhookAddress.Parse(message.Url.OriginalString, _allowHttp);
            using var response = await Client(message.TrustedCertificates).SendAsync(request, limit.Token);
            timings.FirstByte();
            var answer = await BeginningAsync(response, limit.Token);
            return Result(request, timings, response, answer, message.At);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && SendFailure.ExplainOrNull(e, _patience) is { } error)
        {
            return new(null, error, null, null, timings.ResolvedMs, timings.ConnectedMs, timings.SecuredMs, timings.FirstByteMs, timings.Elapsed, Shown(request));
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancel);
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        foreach (var client in _trusting.Values)
        {
            client.Dispose();
        }
    }

    private static HttpRequestMessage Request(OutgoingMessage message)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, message.Url) { Content = new ByteArrayContent(message.Body) };
        request.Content.Headers.ContentType = new("application/json") { CharSet = "utf-8" };
        request.Headers.TryAddWithoutValidation("User-Agent", Agent);
        request.Headers.TryAddWithoutValidation("Accept", message.Target == WebhookTarget.GitHub ? "application/vnd.github+json" : "*/*");
        if (message.Authorization is { } authorization)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        foreach (var (name, value) in WebhookSignatures.HeadersFor(message))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private HttpMessageInvoker Client(string? certificates)
    {
        if (certificates is null)
        {
            return _client;
        }

        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(certificates)));
        if (_trusting.Count >= ClientsKept && !_trusting.ContainsKey(key))
        {
            // Those that use one go on with it; the garbage collector closes it after them.
            _trusting.Clear();
        }

        return _trusting.GetOrAdd(key, _ =>
        {
            var trusted = new X509Certificate2Collection();
            trusted.ImportFromPem(certificates);
            return _connections.Client(trusted);
        });
    }

    /// <summary>A little more than is shown is read, so that the connection of a short answer can be used again; of a long one it is closed.</summary>
    private static async Task<string?> BeginningAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var buffer = new byte[KeptBytes];
        var kept = 0;
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancel);
            var rest = new byte[8 * 1024];
            for (var (read, count) = (0, 1); read < ReadBytes && count > 0; read += count)
            {
                count = await body.ReadAsync(rest, cancel);
                var room = Math.Min(count, KeptBytes - kept);
                rest.AsSpan(0, room).CopyTo(buffer.AsSpan(kept));
                kept += room;
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            // The status has come, and says it all.
        }

        return kept == 0 ? null : string.Concat(Encoding.UTF8.GetString(buffer, 0, kept).Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? ' ' : c));
    }

    private static SendResult Result(HttpRequestMessage request, SendTimings timings, HttpResponseMessage response, string? answer, DateTimeOffset at) => new(
        (int)response.StatusCode,
        (int)response.StatusCode is >= 300 and < 400 ? "The receiver answered with a redirect; none is followed." : null,
        answer, RetryAfter(response.Headers.RetryAfter, at), timings.ResolvedMs, timings.ConnectedMs, timings.SecuredMs, timings.FirstByteMs, timings.Elapsed, Shown(request));

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? asked, DateTimeOffset at)
    {
        var wait = asked?.Delta ?? (asked?.Date is { } date ? date - at : null);
        return wait > TimeSpan.Zero ? wait : null;
    }

    /// <summary>Without what would let a reader of the log in; signatures are cut to what tells them apart.</summary>
    private static string Shown(HttpRequestMessage request)
    {
        var text = new StringBuilder();
        foreach (var (name, values) in request.Headers.NonValidated.Concat(request.Content!.Headers.NonValidated))
        {
            var value = string.Join(", ", values);
            var shown = name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) ? "…"
                : name.EndsWith("-signature", StringComparison.OrdinalIgnoreCase) ? value[..Math.Min(value.Length, 11)] + "…"
                : value;
            text.Append(CultureInfo.InvariantCulture, $"{name}: {shown}\n");
        }

        return text.ToString();
    }
}
