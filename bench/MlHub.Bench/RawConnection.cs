using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MlHub.Bench;

/// <summary>One keep-alive connection without Nagle's delay; cheap, so that the generator is not what is measured.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly string Credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{HubProcess.User}:{HubProcess.Password}"));

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[64 * 1024];

    public RawConnection(int port) => _socket.Connect(IPAddress.Loopback, port);

    public static byte[] Request(string method, string path, string? body)
    {
        var length = body is null ? "" : $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n";
        return Encoding.UTF8.GetBytes($"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {Credentials}\r\n{length}\r\n{body}");
    }

    public (int Status, string Body) Send(ReadOnlySpan<byte> request)
    {
        for (var sent = 0; sent < request.Length;)
        {
            sent += _socket.Send(request[sent..]);
        }

        var have = 0;
        while (true)
        {
            if (have == _buffer.Length)
            {
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }

            var read = _socket.Receive(_buffer.AsSpan(have));
            if (read == 0)
            {
                throw new IOException("The server closed the connection.");
            }

            have += read;
            if (IsWhole(_buffer.AsSpan(0, have), out var head))
            {
                var status = int.Parse(Encoding.ASCII.GetString(_buffer, 9, 3), System.Globalization.CultureInfo.InvariantCulture);
                return (status, Encoding.UTF8.GetString(_buffer, head, have - head));
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> answer, out int head)
    {
        head = answer.IndexOf("\r\n\r\n"u8) + 4;
        if (head < 4)
        {
            return false;
        }

        var headers = Encoding.ASCII.GetString(answer[..head]);
        var at = headers.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        return at < 0
            ? answer.EndsWith("0\r\n\r\n"u8)
            : answer.Length - head >= int.Parse(headers.AsSpan(at + 16, headers.IndexOf('\r', at) - at - 16), System.Globalization.CultureInfo.InvariantCulture);
    }
}
