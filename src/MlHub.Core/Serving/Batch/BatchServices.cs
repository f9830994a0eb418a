using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MlHub.Artifacts;

namespace MlHub.Serving.Batch;

internal static class BatchServices
{
    /// <summary>Jobs over many rows; what reads addresses comes from MlHub.Adapters.</summary>
    public static void AddBatchScoring(this IServiceCollection services)
    {
        services.TryAddSingleton(new BatchSettings());
        services.AddSingleton<BatchRights>();
        services.AddSingleton<BatchSources>();
        services.AddSingleton<BatchHeads>();
        services.AddSingleton(s => new BatchUploads(
            s.GetRequiredService<HubDbFactory>(), s.GetRequiredService<Artifacts.Artifacts>(), s.GetRequiredService<ArtifactIntake>(),
            s.GetRequiredService<BatchSettings>()));
        services.AddSingleton<BatchUpkeep>();
        services.AddSingleton<BatchWorker>();
        services.AddHostedService(s => s.GetRequiredService<BatchWorker>());
        services.AddSingleton(s => new BatchJobs(
            s.GetRequiredService<HubDbFactory>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<BatchRights>(), s.GetRequiredService<BatchSources>(),
            s.GetRequiredService<BatchHeads>(), s.GetRequiredService<CheckedBlobs>(), s.GetRequiredService<ServingSettings>(), s.GetRequiredService<BatchWorker>()));
        services.AddSingleton<BatchClock>();
        services.AddSingleton(s => new BatchSchedules(
            s.GetRequiredService<HubDbFactory>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<BatchJobs>(), s.GetRequiredService<BatchClock>(), s.GetRequiredService<BatchWorker>()));
    }
}
