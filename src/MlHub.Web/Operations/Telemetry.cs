using MlHub.Operations;
using MlHub.Web.Startup;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MlHub.Web.Operations;

/// <summary>
/// Metrics and traces by OTLP, where <c>MlHub:Telemetry:OtlpEndpoint</c> names a collector (OTLP over HTTP), or OpenTelemetry's own
/// variable <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> does, with the others that the specification gives it.
/// </summary>
public static class Telemetry
{
    public const string StandardVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly string[] Meters = [HubMeter.Name, "MlHub.Artifacts", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime"];
    private static readonly string[] Sources = ["Microsoft.AspNetCore", "Npgsql"];

    public static void Add(IServiceCollection services, HubSettings settings, IConfiguration configuration)
    {
        if (settings.OtlpEndpoint is null && string.IsNullOrEmpty(configuration[StandardVariable]))
        {
            return;
        }

        services.AddSingleton(_ => OpenTelemetrySdk.Create(sdk => sdk
            .ConfigureResource(r => r.AddService("mlhub", serviceVersion: ProductVersion.MlHub))
            .WithTracing(t => t.AddSource(Sources).AddOtlpExporter(o => Send(o, settings, "v1/traces")))
            .WithMetrics(m => m.AddMeter(Meters).AddOtlpExporter((o, reader) =>
            {
                Send(o, settings, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)settings.OtlpInterval.TotalMilliseconds;
            }))));
        services.AddHostedService<TelemetryStart>();
    }

    private static void Send(OtlpExporterOptions exporter, HubSettings settings, string path)
    {
        if (settings.OtlpEndpoint is { } endpoint)
        {
            (exporter.Endpoint, exporter.Protocol) = (new Uri(endpoint, path), OtlpExportProtocol.HttpProtobuf);
        }
    }

    /// <summary>Nobody else asks for the SDK, which begins to listen when it is made and sends the rest when it is disposed of.</summary>
    private sealed class TelemetryStart(IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            services.GetRequiredService<OpenTelemetrySdk>();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
