using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace MlHub.Web.Tests.Operations;

/// <summary>Metrics and traces reach a collector that speaks OTLP over HTTP.</summary>
public sealed class TelemetryTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_hubs_own_figures_and_requests_reach_the_collector(bool byStandardVariable)
    {
        var (received, address) = (new ConcurrentDictionary<string, ConcurrentBag<string>>(), FreeAddress());
        using var collector = new HttpListener();
        collector.Prefixes.Add($"{address}/");
        collector.Start();
        _ = ReceiveAsync(collector, received);
        var data = Directory.CreateTempSubdirectory("mlhub-otlp-").FullName;
        try
        {
            using var hub = byStandardVariable
                ? HubProcess.Start(data, new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = address, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" }, "MlHub:Access:Mode=Open", "MlHub:Telemetry:IntervalSeconds=1")
                : HubProcess.Start(data, null, "MlHub:Access:Mode=Open", $"MlHub:Telemetry:OtlpEndpoint={address}", "MlHub:Telemetry:IntervalSeconds=1");
            using var client = new HttpClient { BaseAddress = await hub.ListeningAsync() };
            var run = await client.GivenRunAsync(await client.GivenExperimentAsync());
            await client.CallAsync("/runs/log-metric", new { run_id = run, key = "loss", value = 0.5, timestamp = 1, step = 1 });
            await client.CallAsync("/runs/search", new { experiment_ids = new[] { "1" } });

            string[] metrics = ["mlhub.run_log.points", "mlhub.run_log.commit.calls", "mlhub.search.duration", "http.server.request.duration"];
            await Eventually.TrueAsync(() => metrics.All(m => Any("/v1/metrics", m)) && Any("/v1/traces", "/api/2.0/mlflow/runs/log-metric"), TimeSpan.FromSeconds(60));
            Assert.True(Any("/v1/metrics", "mlhub"));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }

        bool Any(string path, string text) => received.TryGetValue(path, out var bodies) && bodies.Any(b => b.Contains(text, StringComparison.Ordinal));
    }

    private static async Task ReceiveAsync(HttpListener collector, ConcurrentDictionary<string, ConcurrentBag<string>> received)
    {
        try
        {
            while (true)
            {
                var context = await collector.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                received.GetOrAdd(context.Request.Url!.AbsolutePath, _ => []).Add(Encoding.Latin1.GetString(body.ToArray()));
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static string FreeAddress()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}
