using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using MlHub.Testing.Durability;

namespace MlHub.Web.Tests.Operations;

/// <summary>SIGTERM while clients write: what was acknowledged is there, what had begun is finished, and nobody is told of a fault.</summary>
public sealed class DrainTests : IDisposable
{
    private const int Cycles = 3;

    private readonly string _data = Directory.CreateTempSubdirectory("mlhub-drain-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Stopped_under_load_nothing_acknowledged_is_lost_and_no_fault_is_answered()
    {
        List<SentCall> sent = [];
        Workload? workload = null;
        for (var cycle = 0; cycle < Cycles; cycle++)
        {
            using var hub = Start();
            var address = await hub.ListeningAsync();
            workload ??= await Workload.CreateAsync(address);
            var writers = new Writers(workload, cycle);
            var writing = writers.WriteAsync(address);
            await Eventually.TrueAsync(() => writers.History.Acknowledged > 150);

            var began = Stopwatch.GetTimestamp();
            Assert.Equal(0, await hub.StopAsync());
            Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(25));

            // Throws where a writer was answered anything but 200 or 503.
            await writing;
            sent.AddRange(writers.History.Sent);
        }

        using var last = Start();
        await workload!.RequireKeptAsync(await last.ListeningAsync(), sent);
    }

    [Fact]
    public async Task A_request_in_flight_is_finished_and_ready_says_draining_meanwhile()
    {
        using var hub = Start("MlHub:DrainSeconds=30");
        var address = await hub.ListeningAsync();
        using var client = new HttpClient { BaseAddress = address };
        var experiment = await client.GivenExperimentAsync();
        var run = await client.GivenRunAsync(experiment);
        var half = new byte[500_000];
        using var socket = await RawHttp.OpenAsync(
            address, $"PUT {Asking.ArtifactUrl(experiment, run, "late.bin")} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Length: {2 * half.Length}\r\nConnection: close\r\n\r\n", half);
        await Eventually.TrueAsync(() => Directory.EnumerateFiles(Path.Combine(_data, "artifacts", "incoming")).Any());

        hub.Terminate();
        await Eventually.TrueAsync(async () => (int)(await client.GetAsync("/health/ready")).StatusCode == 503, TimeSpan.FromSeconds(25));
        Assert.Contains("\"writing\":\"draining\"", await (await client.GetAsync("/health/ready")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await socket.SendAsync(half);
        var buffer = new byte[4096];
        var read = await socket.ReceiveAsync(buffer);

        Assert.StartsWith("HTTP/1.1 200", Encoding.ASCII.GetString(buffer, 0, read), StringComparison.Ordinal);
        Assert.Equal(0, await hub.ExitAsync());
        using var again = Start();
        using var reader = new HttpClient { BaseAddress = await again.ListeningAsync() };
        Assert.Equal(2 * half.Length, (await reader.GetByteArrayAsync(Asking.ArtifactUrl(experiment, run, "late.bin"))).Length);
    }

    [Fact]
    public async Task Stopped_while_it_starts_it_ends_without_a_stack_trace()
    {
        using var hub = HubProcess.Start(_data);
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(_data, "lock")));

        var code = await hub.StopAsync();

        // 143: the signal came before .NET listened for it.
        Assert.True(code is 0 or 143, $"{code} {hub.Output}");
        Assert.DoesNotContain("   at ", hub.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_in_one_sentence()
    {
        using var taken = new TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();

        using var hub = HubProcess.Start(_data, null, $"Urls=http://{taken.LocalEndpoint}");

        Assert.Equal(1, await hub.ExitAsync());
        await Eventually.TrueAsync(() => hub.Output.Contains("MlHub cannot start. Failed to bind", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", hub.Output, StringComparison.Ordinal);
    }

    private HubProcess Start(params string[] settings) => HubProcess.Start(_data, null, ["MlHub:Access:Mode=Open", .. settings]);
}
