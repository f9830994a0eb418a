using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using MlHub.Deployments;

namespace MlHub.Adapters.Webhooks;

/// <summary>Asks servers that administrators named, under the rules of webhooks: no redirect, no proxy, and only addresses that were checked.</summary>
public sealed class CheckedCalls : IOutgoingCalls, IDisposable
{
    private const int MostBytes = 1024 * 1024;

    private readonly bool _allowHttp;
    private readonly CheckedConnections _connections;
    private readonly HttpMessageInvoker _client;

    public CheckedCalls(WebhookSettings settings, LookUp? lookUp = null)
    {
        _allowHttp = settings.AllowHttp;
        _connections = new(new(settings.AllowedNetworks), lookUp ?? Dns.GetHostAddressesAsync);
        _client = _connections.Client(null);
    }

    public async Task<CallAnswer> AskAsync(OutgoingCall call, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(call.Patience);
        try
        {
            // What was saved under other settings is looked at again.
            WebhookAddress.Parse(call.Url.GetLeftPart(UriPartial.Path), _allowHttp);
            using var request = Request(call);
            using var response = await _client.SendAsync(request, limit.Token);
            return new((int)response.StatusCode, null, await BodyAsync(response, limit.Token));
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && SendFailure.ExplainOrNull(e, call.Patience) is { } error)
        {
            return new(null, Worded(error), "");
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancel);
        }
    }

    public async Task CheckAsync(string url, CancellationToken cancel)
    {
        try
        {
            await _connections.ResolveAsync(WebhookAddress.Parse(url, _allowHttp).IdnHost, cancel);
        }
        catch (RefusedAddressException e)
        {
            throw HubException.OutOfBounds($"Invalid value for parameter 'url' supplied: {Worded(e.Message)}");
        }
        catch (HubException e)
        {
            throw new HubException(e.Error, Worded(e.Message)) { IsAttempt = e.IsAttempt };
        }
        catch (SocketException)
        {
            // A name that nobody knows yet is no danger: it is looked up again for each connection.
        }
    }

    public void Dispose() => _client.Dispose();

    private static HttpRequestMessage Request(OutgoingCall call)
    {
        HttpRequestMessage request = new(call.Method, call.Url);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        if (call.Key is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {call.Key}");
        }

        if (call.Json is not null)
        {
            request.Content = new ByteArrayContent(call.Json) { Headers = { ContentType = new("application/json") } };
        }

        return request;
    }

    private static async Task<string> BodyAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        using MemoryStream kept = new();
        var buffer = new byte[16 * 1024];
        while (kept.Length < MostBytes && await body.ReadAsync(buffer, cancel) is > 0 and var read)
        {
            kept.Write(buffer, 0, read);
        }

        return Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length);
    }

    /// <summary>The rules of addresses speak of webhooks, which they were made for.</summary>
    private static string Worded(string message) => message.Replace("webhook URL", "URL of a target", StringComparison.Ordinal).Replace("that webhooks may reach", "that may be reached", StringComparison.Ordinal);
}
