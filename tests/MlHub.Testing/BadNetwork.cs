using System.Net;
using System.Net.Sockets;

namespace MlHub.Testing;

/// <summary>Stands between clients and a hub, and does to their bytes what a bad network does.</summary>
public sealed class BadNetwork : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Uri _hub;
    private readonly Task _accepting;

    public BadNetwork(Uri hub)
    {
        _hub = hub;
        _listener.Start();
        Address = new($"http://{_listener.LocalEndpoint}");
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients reach the hub through it.</summary>
    public Uri Address { get; }

    /// <summary>Called with the length of what a client sends, before it goes on; false breaks the connection to both.</summary>
    public Func<int, Task<bool>> Asked { get; set; } = _ => Task.FromResult(true);

    /// <summary>The same for what the hub answers.</summary>
    public Func<int, Task<bool>> Answered { get; set; } = _ => Task.FromResult(true);

    /// <summary>While it is on, the hub does what is asked and its answers never arrive.</summary>
    public bool LosesAnswers
    {
        set => Answered = _ => Task.FromResult(!value);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = JoinAsync(await _listener.AcceptTcpClientAsync(_end.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task JoinAsync(TcpClient client)
    {
        using (client)
        using (var hub = new TcpClient())
        {
            try
            {
                await hub.ConnectAsync(_hub.Host, _hub.Port, _end.Token);
                var (near, far) = (client.GetStream(), hub.GetStream());
                await Task.WhenAny(CarryAsync(near, far, n => Asked(n)), CarryAsync(far, near, n => Answered(n)));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // Nobody is there.
            }

            // A reset, not an orderly end.
            client.LingerState = hub.LingerState = new(true, 0);
        }
    }

    private async Task CarryAsync(NetworkStream from, NetworkStream to, Func<int, Task<bool>> mayGoOn)
    {
        var buffer = new byte[16384];
        try
        {
            for (int read; (read = await from.ReadAsync(buffer, _end.Token)) > 0 && await mayGoOn(read);)
            {
                await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One of both has gone.
        }
    }
}
