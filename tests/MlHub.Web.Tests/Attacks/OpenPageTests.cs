using System.Net;
using System.Net.WebSockets;
using System.Text;
using MlHub.Web.Tests.Account;

namespace MlHub.Web.Tests.Attacks;

/// <summary>Attacks 75, 77 and 78: the connections that pages keep open, used by somebody who is signed in.</summary>
public sealed class OpenPageTests : IAsyncLifetime
{
    private readonly PortHub _hub = new();
    private readonly List<ClientWebSocket> _open = [];
    private readonly List<Visitor> _visitors = [];

    public ValueTask InitializeAsync() => _hub.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        _open.ForEach(o => o.Dispose());
        _visitors.ForEach(v => v.Dispose());
        await _hub.DisposeAsync();
    }

    [Fact]
    public async Task One_person_has_so_many_pages_open_and_no_more()
    {
        var ann = await SignedInAsync("ann");
        await _hub.GivenUserAsync("bob");
        var bob = await SignedInAsync("bob");
        for (var i = 0; i < Limits.OpenPagesPerUser; i++)
        {
            Assert.Equal(HttpStatusCode.SwitchingProtocols, await OpenAsync(ann));
        }

        var another = await OpenAsync(ann);
        var asked = await ann.Visitor.Browser.PostAsync("/_blazor/negotiate?negotiateVersion=1", null);
        var page = await ann.Visitor.GetAsync("/experiments");
        var program = await _hub.Ann.GotAsync("/experiments/search?max_results=1");
        var bobs = await OpenAsync(bob);
        _open[0].Abort();

        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests), (another, asked.StatusCode));
        Assert.Contains("50 pages open", await asked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((200, 200, HttpStatusCode.SwitchingProtocols), (page.Status, program.Status, bobs));
        await Eventually.TrueAsync(async () => await OpenAsync(ann) == HttpStatusCode.SwitchingProtocols);
    }

    [Fact]
    public async Task Nobody_opens_one_without_signing_in()
    {
        using var anyone = new Visitor(_hub);

        Assert.NotEqual(HttpStatusCode.SwitchingProtocols, await OpenAsync(new(anyone, "mlhub=made-up")));
    }

    [Theory]
    [InlineData(40_000_000)]
    [InlineData(64 * 1024)]
    public async Task A_message_beyond_its_size_ends_the_connection(int size)
    {
        var ann = await SignedInAsync("ann");
        await OpenAsync(ann);
        await HandshakeAsync(_open[0]);

        var sent = await SendUntilRefusedAsync(_open[0], size);

        await AssertEndedAsync(_open[0]);
        Assert.True(sent < 20_000_000, "It was taken before it was refused.");
        Assert.Equal(200, (await ann.Visitor.GetAsync("/experiments")).Status);
    }

    [Fact]
    public async Task A_connection_that_says_nothing_or_nonsense_is_ended()
    {
        var ann = await SignedInAsync("ann");
        await OpenAsync(ann);
        await OpenAsync(ann);

        await _open[1].SendAsync("not a handshake\u001e"u8.ToArray(), WebSocketMessageType.Text, true, default);

        await AssertEndedAsync(_open[1]);
        await AssertEndedAsync(_open[0]);
    }

    private async Task<Person> SignedInAsync(string name)
    {
        var visitor = new Visitor(new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = _hub.Address });
        _visitors.Add(visitor);
        return new(visitor, (await visitor.SignInAsync(name)).Session!);
    }

    private async Task<HttpStatusCode> OpenAsync(Person person)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Cookie", person.Cookie);
        try
        {
            await socket.ConnectAsync(new UriBuilder(_hub.Address) { Scheme = "ws", Path = "/_blazor" }.Uri, default);
            _open.Add(socket);
        }
        catch (WebSocketException)
        {
            // Its status says why.
        }

        return socket.HttpStatusCode;
    }

    private static async Task HandshakeAsync(ClientWebSocket socket)
    {
        await socket.SendAsync("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"u8.ToArray(), WebSocketMessageType.Text, true, default);
        var answer = await socket.ReceiveAsync(new byte[1024], default);
        Assert.Equal(3, answer.Count);
    }

    private static async Task<int> SendUntilRefusedAsync(ClientWebSocket socket, int size)
    {
        // In the binary form of messages, the length stands before each in groups of seven bits.
        List<byte> head = [];
        for (var left = size; left > 0; left >>= 7)
        {
            head.Add((byte)((left & 0x7F) | (left > 0x7F ? 0x80 : 0)));
        }

        var sent = 0;
        try
        {
            await socket.SendAsync(head.ToArray(), WebSocketMessageType.Binary, false, default);
            for (; sent < size; sent += 32_000)
            {
                await socket.SendAsync(Encoding.ASCII.GetBytes(new string('x', Math.Min(32_000, size - sent))), WebSocketMessageType.Binary, sent + 32_000 >= size, default);
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException)
        {
            // The hub has had enough.
        }

        return sent;
    }

    private static async Task AssertEndedAsync(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        try
        {
            while ((await socket.ReceiveAsync(new byte[4096], limit.Token)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (WebSocketException)
        {
            // Ended without a word.
        }

        Assert.False(limit.IsCancellationRequested);
    }

    private sealed record Person(Visitor Visitor, string Cookie);
}
