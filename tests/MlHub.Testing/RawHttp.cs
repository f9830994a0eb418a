using System.Net.Sockets;
using System.Text;

namespace MlHub.Testing;

/// <summary>Puts bytes on a socket that no HTTP client would send.</summary>
public static class RawHttp
{
    /// <summary>Sends the whole text and reads the answer until the server closes.</summary>
    public static async Task<Answer> SendAsync(Uri hub, string request, byte[]? body = null)
    {
        using var socket = await OpenAsync(hub, request, body);
        using var received = new MemoryStream();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var stream = new NetworkStream(socket);
        try
        {
            await stream.CopyToAsync(received, limit.Token);
        }
        catch (IOException) when (received.Length > 0)
        {
            // The server may close hard after its answer.
        }

        return Parse(Encoding.UTF8.GetString(received.ToArray()));
    }

    /// <summary>Sends one request with the usual headers; the target goes over the wire as it is.</summary>
    public static Task<Answer> AskAsync(Uri hub, string method, string target, string token, byte[]? body = null) =>
        SendAsync(
            hub,
            $"{method} {target} HTTP/1.1\r\nHost: {hub.Authority}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n"
            + (body is null ? "" : $"Content-Length: {body.Length}\r\n") + "\r\n",
            body);

    /// <summary>Sends and leaves the connection to the test.</summary>
    public static async Task<Socket> OpenAsync(Uri hub, string request, byte[]? body = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(hub.Host, hub.Port);
        await socket.SendAsync(Encoding.Latin1.GetBytes(request));
        if (body is { Length: > 0 })
        {
            await socket.SendAsync(body);
        }

        return socket;
    }

    private static Answer Parse(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var head = (end < 0 ? text : text[..end]).Split("\r\n");
        using var response = new HttpResponseMessage();
        foreach (var header in head.Skip(1).Select(h => h.Split(':', 2)))
        {
            response.Headers.TryAddWithoutValidation(header[0], header[1].Trim());
        }

        var body = end < 0 ? "" : text[(end + 4)..];
        var json = body.IndexOf('{') is >= 0 and var start && body.LastIndexOf('}') > start ? body[start..(body.LastIndexOf('}') + 1)] : "";
        return new(
            head[0].Length > 12 ? int.Parse(head[0].AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture) : 0,
            json.Length > 0 ? System.Text.Json.Nodes.JsonNode.Parse(json)!.AsObject() : [], body, response.Headers, response.Content.Headers);
    }
}
