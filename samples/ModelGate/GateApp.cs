using ModelGate.Hub;
using ModelGate.Receiving;
using ModelGate.Testing;

namespace ModelGate;

/// <summary>Puts the bot together.</summary>
public static class GateApp
{
    private const long LargestBody = 64 * 1024;

    /// <exception cref="GateSettingsException">Names every setting that is missing or wrong.</exception>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var settings = GateSettings.Read(builder.Configuration);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(o => (o.AddServerHeader, o.Limits.MaxRequestBodySize) = (false, LargestBody));
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton(KnownCase.Read(settings.CasesFile));
        services.AddSingleton<WebhookSignature>();
        services.AddSingleton(s => new Inbox(settings.InboxFolder, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<Inbox>>()));
        services.AddSingleton(s => HubClient.Open(settings, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Gate>();
        services.AddHostedService<GateWorker>();
        var app = builder.Build();
        app.MapPost("/webhook", WebhookEndpoint.ReceiveAsync);
        app.MapGet("/", () => $"ModelGate tests new model versions of {settings.Hub} before they are asked into {settings.Stage}.\n");
        return app;
    }
}
