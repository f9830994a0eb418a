using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MlHub.Bench;

/// <summary>
/// A hundred receivers: how fast 10,000 deliveries come when a hundred changes are told to each of them, and when 10,000 changes are told to one each as they
/// are made; and how long after the commit the first byte reaches a receiver when the hub has time. Then the same beside 900 receivers that take a call and never answer.
/// </summary>
internal sealed class WebhookLoads(string folder)
{
    public const string Head = "| webhooks | deliveries/s, 100 changes to 100 each | server CPU ms a delivery | deliveries/s, 10,000 changes to one each | server CPU ms a change and its delivery | p50 ms, commit to first byte | p95 ms (goal 2,000) | slowest ms | calls of the dead |";

    private const int Healthy = 100, Dead = 900, Deliveries = 10_000, Paced = 1000, PerSecond = 50, Loaders = 8;

    public IEnumerable<string> All() => [Run(0), Run(Dead)];

    private string Run(int dead)
    {
        using var hub = HubProcess.Launch(folder, ("MlHub__Webhooks__AllowedNetworks__0", "127.0.0.0/8"), ("MlHub__Webhooks__AllowHttp", "true"));
        using var receivers = new Receivers();
        for (var i = 0; i < Healthy; i++)
        {
            HubCalls.Call(hub, "/registered-models/create", $$"""{"name":"model-{{i}}"}""");
            Hook(hub, $"model-{i}", receivers.Port, i);
        }

        HubCalls.Call(hub, "/registered-models/create", """{"name":"model-all"}""");
        for (var i = 0; i < Healthy; i++)
        {
            Hook(hub, "model-all", receivers.Port, Healthy + i);
        }

        for (var i = 0; i < dead; i++)
        {
            // Each model has some of them beside the one that works.
            Hook(hub, $"model-{i % Healthy}", receivers.DeadPort, i);
        }

        // Every receiver has been called once, and the dead ones have failed as they do.
        Make(hub, Healthy, 1);
        Wait(() => receivers.Count >= Healthy);
        var (atOnce, each) = Measure(hub, receivers, () =>
        {
            using var connection = new RawConnection(hub.Port);
            for (var i = 0; i < Deliveries / Healthy; i++)
            {
                Version(connection, "all");
            }
        });
        var (oneByOne, eachChange) = Measure(hub, receivers, () => Make(hub, Deliveries, Loaders));
        var waits = Pace(hub, receivers);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {Healthy} that answer{(dead == 0 ? "" : $", {dead} that hang")} | {atOnce:F0} | {each:F2} | {oneByOne:F0} | {eachChange:F2} | {waits[waits.Count / 2]:F0} | {waits[waits.Count * 95 / 100]:F0} | {waits[^1]:F0} | {receivers.DeadCalls:N0} |");
    }

    private static (double PerSecond, double CpuMs) Measure(HubProcess hub, Receivers receivers, Action make)
    {
        var (before, cpu, watch) = (receivers.Count, hub.CpuSeconds, Stopwatch.StartNew());
        make();
        Wait(() => receivers.Count >= before + Deliveries);
        return (Deliveries / watch.Elapsed.TotalSeconds, (hub.CpuSeconds - cpu) * 1000 / Deliveries);
    }

    private static void Hook(HubProcess hub, string model, int port, int number) =>
        HubCalls.Hub(hub, "/webhooks/create", $$"""{"name":"w","model_name":"{{model}}","url":"http://127.0.0.1:{{port}}/{{number}}","events":["model_version.created"]}""");

    private static void Make(HubProcess hub, int versions, int loaders) => Parallel.For(0, loaders, new() { MaxDegreeOfParallelism = loaders }, loader =>
    {
        using var connection = new RawConnection(hub.Port);
        for (var i = loader; i < versions; i += loaders)
        {
            Version(connection, $"{i % Healthy}");
        }
    });

    /// <summary>Milliseconds from the answer to the change until the receiver has the first byte, in order.</summary>
    private static List<double> Pace(HubProcess hub, Receivers receivers)
    {
        var (before, committed, watch) = (receivers.Count, new List<long>(), Stopwatch.StartNew());
        using var connection = new RawConnection(hub.Port);
        for (var i = 0; i < Paced; i++)
        {
            var ahead = TimeSpan.FromSeconds((double)i / PerSecond) - watch.Elapsed;
            Thread.Sleep(ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero);
            Version(connection, $"{i % Healthy}");
            committed.Add(Stopwatch.GetTimestamp());
        }

        Wait(() => receivers.Count >= before + Paced);
        // The n-th event of a model is the n-th that its receiver hears.
        return [.. Enumerable.Range(0, Paced).Select(i => receivers.Of(i % Healthy)[^((Paced / Healthy) - (i / Healthy))]).Select((at, i) => Stopwatch.GetElapsedTime(committed[i], at).TotalMilliseconds).Order()];
    }

    private static void Version(RawConnection connection, string model)
    {
        var (status, answer) = connection.Send(HubCalls.Post("/model-versions/create", $$"""{"name":"model-{{model}}","source":"s3://models/m"}"""));
        if (status != 200)
        {
            throw new InvalidOperationException($"model-versions/create answered {status}: {answer}");
        }
    }

    private static void Wait(Func<bool> condition)
    {
        for (var waited = Stopwatch.StartNew(); !condition(); Thread.Sleep(5))
        {
            if (waited.Elapsed > TimeSpan.FromMinutes(5))
            {
                throw new TimeoutException("Not all deliveries came.");
            }
        }
    }

    /// <summary>One port that answers at once, and one that takes what comes and says nothing: bare sockets, so that they are not what is measured.</summary>
    private sealed class Receivers : IDisposable
    {
        private static readonly byte[] Answer = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        private readonly TcpListener _alive = new(IPAddress.Loopback, 0), _dead = new(IPAddress.Loopback, 0);
        private readonly ConcurrentDictionary<string, ConcurrentQueue<long>> _heard = new();
        private int _count, _deadCalls;

        public Receivers()
        {
            _alive.Start(1000);
            _dead.Start(1000);
            _ = AcceptAsync(_alive, ServeAsync);
            _ = AcceptAsync(_dead, HoldAsync);
        }

        public int Port => ((IPEndPoint)_alive.LocalEndpoint).Port;
        public int DeadPort => ((IPEndPoint)_dead.LocalEndpoint).Port;
        public int Count => Volatile.Read(ref _count);
        public int DeadCalls => Volatile.Read(ref _deadCalls);

        /// <summary>When the first byte of each delivery to one of them came.</summary>
        public long[] Of(int number) => [.. _heard[$"/{number.ToString(CultureInfo.InvariantCulture)}"]];

        public void Dispose()
        {
            _alive.Dispose();
            _dead.Dispose();
        }

        private static async Task AcceptAsync(TcpListener listener, Func<Socket, Task> serve)
        {
            try
            {
                while (true)
                {
                    _ = serve(await listener.AcceptSocketAsync());
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
            }
        }

        private async Task ServeAsync(Socket socket)
        {
            using var _ = socket;
            var (buffer, have, first) = (new byte[64 * 1024], 0, 0L);
            try
            {
                for (int read; (read = await socket.ReceiveAsync(buffer.AsMemory(have))) > 0;)
                {
                    first = have == 0 ? Stopwatch.GetTimestamp() : first;
                    have += read;
                    if (!IsWhole(buffer.AsSpan(0, have)))
                    {
                        continue;
                    }

                    _heard.GetOrAdd(Encoding.ASCII.GetString(buffer, 0, 64).Split(' ')[1], _ => new()).Enqueue(first);
                    Interlocked.Increment(ref _count);
                    have = 0;
                    await socket.SendAsync(Answer);
                }
            }
            catch (SocketException)
            {
            }
        }

        private async Task HoldAsync(Socket socket)
        {
            using var _ = socket;
            Interlocked.Increment(ref _deadCalls);
            try
            {
                var buffer = new byte[64 * 1024];
                while (await socket.ReceiveAsync(buffer) > 0)
                {
                }
            }
            catch (SocketException)
            {
            }
        }

        private static bool IsWhole(ReadOnlySpan<byte> request)
        {
            var head = request.IndexOf("\r\n\r\n"u8);
            var length = request.IndexOf("Content-Length: "u8);
            return head > 0 && length > 0 && request.Length >= head + 4 + int.Parse(request[(length + 16)..][..request[(length + 16)..].IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
        }
    }
}
