using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Events;
using MlHub.Live;
using MlHub.Registry;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;

namespace MlHub;

public static class CoreServices
{
    /// <summary>Everything MlHub can do; a database and a blob store come from MlHub.Adapters.</summary>
    public static IServiceCollection AddMlHubCore(this IServiceCollection services)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<EventSignal>();
        services.AddSingleton<LiveFeed>();
        services.AddHostedService<EventTail>();
        services.AddSingleton<CredentialChanges>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<ExperimentSharing>();
        services.AddSingleton<Experiments>();
        services.AddSingleton<ExperimentSearches>();
        services.AddSingleton<RunSearches>();
        services.AddSingleton<Runs>();
        services.AddSingleton<RunLogs>();
        services.AddSingleton<Curves>();
        services.AddSingleton<Artifacts.Artifacts>();
        services.AddSingleton<RegisteredModels>();
        services.AddSingleton<Aliases>();
        services.AddSingleton<ModelVersions>();
        return services;
    }
}
