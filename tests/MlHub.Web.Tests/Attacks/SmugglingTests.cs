using System.Net.Sockets;
using System.Text;

namespace MlHub.Web.Tests.Attacks;

/// <summary>
/// Attack 76: a request that one reader ends elsewhere than another. Each holds a second request inside; were it answered, somebody
/// else's answer would be poisoned behind a proxy. The hub must refuse the whole and close the connection.
/// </summary>
public sealed class SmugglingTests(PortHub hub) : IClassFixture<PortHub>
{
    private const string Inside = "GET /version HTTP/1.1\r\nHost: localhost\r\n\r\n";

    public static TheoryData<string, string> Refused => new()
    {
        { "Transfer-Encoding : chunked", $"0\r\n\r\n{Inside}" },
        { "Transfer-Encoding: chunked, identity", $"0\r\n\r\n{Inside}" },
        { "Transfer-Encoding: xchunked", $"0\r\n\r\n{Inside}" },
        { "Transfer-Encoding: identity\r\nContent-Length: 5", $"0\r\n\r\n{Inside}" },
        { "Content-Length: 0\r\nContent-Length: 44", Inside },
        { "Content-Length: 0, 44", Inside },
        { "Content-Length: -1", Inside },
        { "Content-Length: 0x0", Inside },
        { "Content-Length: 99999999999999999999", Inside },
        { "Content-Length : 0", Inside },
        { " Content-Length: 0", Inside },
        { "X: a\r\n b: c\r\nContent-Length: 0", Inside },
        { "X: a\nContent-Length: 0", Inside },
        { "X: a\rContent-Length: 44", Inside },
        { "Content-Length: 0\0", Inside },
        { "Transfer-Encoding: chunked", $"2;\nxx\r\n4c\r\n{Inside}\r\n0\r\n\r\n" },
        { "Transfer-Encoding: chunked", $"0;a=b\nX\r\n\r\n{Inside}" },
        { "Transfer-Encoding: chunked", $"5;\rhello\r\n0\r\n\r\n{Inside}" },
        { "Transfer-Encoding: chunked", $"0x0\r\n\r\n{Inside}" },
        { "Transfer-Encoding: chunked", $"-1\r\n\r\n{Inside}" },
        { "Transfer-Encoding: chunked", $"FFFFFFFFFFFFFFFFF\r\n{Inside}" },
        { "Transfer-Encoding: chunked", $"1\r\naX0\r\n\r\n{Inside}" },
        { "Transfer-Encoding: chunked", $"1\r\na\n0\r\n\r\n{Inside}" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_request_with_two_ends_is_refused_and_the_connection_closed(string framing, string body)
    {
        var (answers, closed) = await SendAsync(framing, body);

        Assert.StartsWith("HTTP/1.1 4", answers[0], StringComparison.Ordinal);
        Assert.Single(answers);
        Assert.True(closed, "The connection stays open.");
    }

    /// <summary>RFC 9112 has the server close after such a message, since a proxy may have believed the length.</summary>
    [Fact]
    public async Task A_length_beside_chunks_ends_the_connection_after_the_answer()
    {
        var (answers, closed) = await SendAsync("Transfer-Encoding: chunked\r\nContent-Length: 5", $"0\r\n\r\n{Inside}");

        Assert.Single(answers);
        Assert.True(closed);
    }

    [Fact]
    public async Task Two_honest_requests_on_one_connection_are_two_answers()
    {
        var (answers, _) = await SendAsync("Content-Length: 2", "{}" + Inside[..^2] + "Connection: close\r\n\r\n");

        Assert.Equal(2, answers.Count);
    }

    private async Task<(List<string> Answers, bool Closed)> SendAsync(string framing, string body)
    {
        var head = $"POST /api/2.0/mlflow/experiments/search HTTP/1.1\r\nHost: {hub.Address.Authority}\r\nAuthorization: Bearer {hub.AnnsToken}\r\n{framing}\r\n\r\n";
        using var socket = await RawHttp.OpenAsync(hub.Address, head + body);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var received = new StringBuilder();
        var closed = false;
        var buffer = new byte[8192];
        try
        {
            int read;
            while ((read = await socket.ReceiveAsync(buffer, limit.Token)) > 0)
            {
                received.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }

            closed = true;
        }
        catch (SocketException)
        {
            closed = true;
        }
        catch (OperationCanceledException)
        {
            // It stays open.
        }

        var text = received.ToString();
        return ([.. text.Split("HTTP/1.1 ").Skip(1).Select(a => "HTTP/1.1 " + a)], closed);
    }
}
