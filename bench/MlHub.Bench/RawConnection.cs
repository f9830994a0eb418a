using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MlHub.Bench;

/// <summary>One keep-alive connection without Nagle's delay; cheap, so that the generator is not what is measured.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[64 * 1024];

    /// <summary>Who calls: an account without any right of its own but what it was given or made itself.</summary>
    public static string User { get; set; } = HubProcess.Admin;

    /// <summary>Where somebody signed in to the page calls, in place of a program with a password.</summary>
    public static string? Cookie { get; set; }

    public RawConnection(int port) => _socket.Connect(IPAddress.Loopback, port);

    public static byte[] Request(string method, string path, string? body)
    {
        var length = body is null ? "" : $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n";
        return Encoding.UTF8.GetBytes($"{Head(method, path)}{length}\r\n{body}");
    }

    /// <summary>Sends one block again and again as the body of a PUT; returns the status.</summary>
    public int Upload(string path, byte[] block, int times)
    {
        SendAll(Encoding.ASCII.GetBytes($"{Head("PUT", path)}Content-Length: {(long)block.Length * times}\r\n\r\n"));
        for (var i = 0; i < times; i++)
        {
            SendAll(block);
        }

        return Receive().Status;
    }

    /// <summary>Reads an answer of any length without keeping it; returns how many bytes its body had.</summary>
    public (int Status, long Bytes) Download(string path)
    {
        Array.Resize(ref _buffer, 1 << 20);
        SendAll(Encoding.ASCII.GetBytes($"{Head("GET", path)}Connection: close\r\n\r\n"));
        var (status, length, body) = (0, 0L, -1L);
        for (int read; (read = _socket.Receive(_buffer.AsSpan(body < 0 ? (int)length : 0))) > 0; length += read)
        {
            var head = body < 0 ? _buffer.AsSpan(0, (int)length + read).IndexOf("\r\n\r\n"u8) + 4 : 0;
            (status, body) = head >= 4 ? (StatusOf(_buffer), head) : (status, body);
        }

        return (status, length - body);
    }

    public (int Status, string Body) Send(ReadOnlySpan<byte> request)
    {
        SendAll(request);
        return Receive();
    }

    public void Dispose() => _socket.Dispose();

    private static string Head(string method, string path) => $"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{(Cookie is null ? $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{HubProcess.Password}"))}" : $"Cookie: {Cookie}")}\r\n";

    private void SendAll(ReadOnlySpan<byte> bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += _socket.Send(bytes[sent..]);
        }
    }

    private (int Status, string Body) Receive()
    {
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
                return (StatusOf(_buffer), Encoding.UTF8.GetString(_buffer, head, have - head));
            }
        }
    }

    private static int StatusOf(byte[] answer) => int.Parse(Encoding.ASCII.GetString(answer, 9, 3), System.Globalization.CultureInfo.InvariantCulture);

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
