using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using MlHub.Adapters.Webhooks;
using MlHub.Serving.Batch;

namespace MlHub.Adapters.Serving;

/// <summary>
/// Reads addresses by the connections of <see cref="HttpWebhookSender"/>: only those that were looked at, without proxy and cookies. It follows redirects itself, so that each is
/// looked at like the first.
/// </summary>
public sealed class HttpWebSource : IWebSource, IDisposable
{
    private const string What = "source address", Setting = "MlHub:Batch:AllowedNetworks";
    private const int Redirects = 5, Tries = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly bool _allowHttp;
    private readonly CheckedConnections _connections;
    private readonly HttpMessageInvoker _client;
    private readonly TimeProvider _clock;

    public HttpWebSource(WebSourceSettings settings, TimeProvider clock, LookUp? lookUp = null)
    {
        (_allowHttp, _clock) = (settings.AllowHttp, clock);
        _connections = new(new(settings.AllowedNetworks), lookUp ?? Dns.GetHostAddressesAsync, Setting);
        _client = _connections.Client(null);
    }

    public async Task CheckAsync(string url, CancellationToken cancel)
    {
        var host = WebhookAddress.Parse(url, _allowHttp, What).IdnHost;
        try
        {
            await _connections.ResolveAsync(host, cancel);
        }
        catch (RefusedAddressException e)
        {
            throw HubException.OutOfBounds($"Invalid {What}: {e.Message}");
        }
        catch (SocketException)
        {
            // Who cannot be looked up now is told so when the job begins.
        }
    }

    public async Task<WebContent> OpenAsync(string url, long offset, string? tag, CancellationToken cancel)
    {
        var opened = await AnsweredAsync(url, offset, tag, cancel);
        ResumedStream body = new(opened.Body, offset, opened.Bytes, _clock, async (at, stopped) => opened.Tag is { } known
            ? (await AnsweredAsync(url, at, known, stopped)).Body
            : throw new BatchFailedException($"{BatchSource.ShownAddress(url)} broke off, and cannot be read on since it tells neither an ETag nor when it was changed."));
        return opened with { Body = body };
    }

    public void Dispose() => _client.Dispose();

    private async Task<WebContent> AnsweredAsync(string url, long offset, string? tag, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await GetAsync(url, offset, tag, cancel);
            }
            catch (Exception e) when (!cancel.IsCancellationRequested && e is HttpRequestException or IOException or OperationCanceledException)
            {
                if (attempt == Tries || IsRefused(e))
                {
                    throw new BatchFailedException($"{BatchSource.ShownAddress(url)} could not be read: {Explain(e)}");
                }

                await Task.Delay(TimeSpan.FromSeconds(1 << attempt), _clock, cancel);
            }
        }
    }

    private async Task<WebContent> GetAsync(string url, long offset, string? tag, CancellationToken cancel)
    {
        var address = Parse(url);
        for (var hop = 0; hop <= Redirects; hop++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(Patience);
            using var request = Request(address, offset, tag);
            var response = await _client.SendAsync(request, limit.Token);
            if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location)
            {
                response.Dispose();
                address = Parse(new Uri(address, location).AbsoluteUri);
                continue;
            }

            return await ContentAsync(response, url, offset, tag, cancel);
        }

        throw new BatchFailedException($"{BatchSource.ShownAddress(url)} leads from one address to the next, more than {Redirects} times.");
    }

    private static async Task<WebContent> ContentAsync(HttpResponseMessage response, string url, long offset, string? tag, CancellationToken cancel)
    {
        var (headers, shown) = (response.Content.Headers, BatchSource.ShownAddress(url));
        var answered = response.Headers.ETag?.ToString() ?? headers.LastModified?.ToString("R", CultureInfo.InvariantCulture);
        var isPart = response.StatusCode == HttpStatusCode.PartialContent && headers.ContentRange?.From == offset;
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && headers.ContentRange?.Length == offset)
        {
            return new(Stream.Null, offset, tag);
        }

        if (response.StatusCode != HttpStatusCode.OK && !isPart)
        {
            var status = (int)response.StatusCode;
            response.Dispose();
            throw status is 429 or >= 500 ? new HttpRequestException($"it answers {status}.")
                : new BatchFailedException($"{shown} answers {status}{(status is 206 or 416 ? ": it is another file than before" : "")}.");
        }

        if (tag is not null && answered is not null && answered != tag)
        {
            response.Dispose();
            throw new BatchFailedException($"{shown} was changed since the job began, so the job cannot go on.");
        }

        var body = await response.Content.ReadAsStreamAsync(cancel);
        if (!isPart)
        {
            await SkipAsync(body, offset, cancel);
        }

        return new(body, isPart ? headers.ContentRange!.Length : headers.ContentLength, answered);
    }

    private static HttpRequestMessage Request(Uri address, long offset, string? tag)
    {
        HttpRequestMessage request = new(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("User-Agent", "MlHub-Batch");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        if (offset > 0)
        {
            request.Headers.Range = new(offset, null);
            if (tag is not null && !tag.StartsWith("W/", StringComparison.Ordinal))
            {
                request.Headers.IfRange = RangeConditionHeaderValue.Parse(tag);
            }
        }

        return request;
    }

    /// <summary>For those that know no ranges.</summary>
    private static async Task SkipAsync(Stream body, long bytes, CancellationToken cancel)
    {
        var buffer = new byte[64 * 1024];
        while (bytes > 0 && await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(bytes, buffer.Length)), cancel) is > 0 and var read)
        {
            bytes -= read;
        }
    }

    private Uri Parse(string url)
    {
        try
        {
            return WebhookAddress.Parse(url, _allowHttp, What);
        }
        catch (HubException e)
        {
            throw new BatchFailedException(e.Message);
        }
    }

    private static bool IsRefused(Exception e) => e is RefusedAddressException || e.InnerException is { } inner && IsRefused(inner);

    private static string Explain(Exception e)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case RefusedAddressException:
                    return cause.Message;
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }:
                    return "its name could not be looked up.";
                case SocketException socket:
                    return $"no connection ({socket.SocketErrorCode}).";
                case AuthenticationException:
                    return $"no encrypted connection: {cause.Message}";
                case OperationCanceledException:
                    return "it did not answer in time.";
            }
        }

        return e.Message;
    }
}
