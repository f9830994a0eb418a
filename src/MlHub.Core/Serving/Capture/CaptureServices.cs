using Microsoft.Extensions.DependencyInjection;
using MlHub.Artifacts;
using MlHub.Serving.Drift;
using MlHub.Serving.Duels;

namespace MlHub.Serving.Capture;

internal static class CaptureServices
{
    /// <summary>Kept requests and what is made of them.</summary>
    public static void AddCapture(this IServiceCollection services)
    {
        services.AddSingleton<CaptureRules>();
        services.AddSingleton<CaptureTally>();
        services.AddSingleton<CaptureUpkeep>();
        services.AddSingleton<CallCapture>();
        services.AddSingleton<ICallListener>(s => s.GetRequiredService<CallCapture>());
        services.AddSingleton(s => new CapturedRequests(
            s.GetRequiredService<HubDbFactory>(), s.GetRequiredService<CaptureRules>(), s.GetRequiredService<CaptureTally>(), s.GetRequiredService<CaptureUpkeep>(), s.GetRequiredService<TimeProvider>()));
        services.AddHostedService<CaptureWorker>();
        services.AddHostedService<CaptureUpkeepWorker>();
        services.AddSingleton<DuelExplanation>();
        services.AddSingleton(s => new Duels.Duels(s.GetRequiredService<HubDbFactory>(), s.GetRequiredService<ServableVersions>(), s.GetRequiredService<TimeProvider>()));
        services.AddHostedService<DuelWorker>();
        services.AddSingleton<SampleAnswers>();
        services.AddHostedService<SampleAnswersWorker>();
        services.AddSingleton(s => new Drifts(
            s.GetRequiredService<HubDbFactory>(), s.GetRequiredService<ServableVersions>(), s.GetRequiredService<CheckedBlobs>(), s.GetRequiredService<SampleAnswers>(), s.GetRequiredService<IParquetFormat>(), s.GetRequiredService<TimeProvider>()));
    }
}
