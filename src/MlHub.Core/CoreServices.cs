using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Compare;
using MlHub.Events;
using MlHub.Live;
using MlHub.LoggedModels;
using MlHub.Notifications;
using MlHub.Past;
using MlHub.Registry;
using MlHub.Repeats;
using MlHub.Reviews;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;
using MlHub.Trash;

namespace MlHub;

public static class CoreServices
{
    /// <summary>Everything MlHub can do; a database and a blob store come from MlHub.Adapters.</summary>
    public static IServiceCollection AddMlHubCore(this IServiceCollection services)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<EventSignal>();
        services.AddSingleton<LiveFeed>();
        services.AddSingleton<Presence>();
        services.AddHostedService<EventTail>();
        services.AddHostedService<BuiltInCheckWorker>();
        services.AddHostedService<EventChainWorker>();
        services.AddSingleton<AuditChain>();
        services.AddSingleton<AuditLog>();
        services.AddHostedService<NotificationWorker>();
        services.AddSingleton<Inbox>();
        services.AddSingleton<Follows>();
        services.AddSingleton<RegistryPast>();
        services.AddSingleton<CredentialChanges>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<SignInSessions>();
        services.AddSingleton<ExperimentSharing>();
        services.AddSingleton<FolderSharing>();
        services.AddSingleton<RegistrySharing>();
        services.AddSingleton<Principals>();
        services.AddSingleton<Groups>();
        services.AddSingleton<EffectiveRights>();
        services.AddSingleton<Accounts>();
        services.AddSingleton<ServiceAccounts>();
        services.AddSingleton<Experiments>();
        services.AddSingleton<ExperimentSearches>();
        services.AddSingleton<RunSearches>();
        services.AddSingleton<Runs>();
        services.AddSingleton<RunFamilies>();
        services.AddSingleton<RunTransfers>();
        services.AddSingleton<RepeatWorker>();
        services.AddHostedService(s => s.GetRequiredService<RepeatWorker>());
        services.AddSingleton<TrashLists>();
        services.AddSingleton<Purges>();
        services.AddHostedService<PurgeWorker>();
        services.AddSingleton<Retention>();
        services.AddHostedService<RetentionWorker>();
        services.AddSingleton<RunLogs>();
        services.AddSingleton<Curves>();
        services.AddSingleton<BulkHistories>();
        services.AddSingleton<DatasetSearches>();
        services.AddSingleton<Artifacts.Artifacts>();
        services.AddSingleton<LoggedModelChanges>();
        services.AddSingleton<LoggedModelSearches>();
        services.TryAddSingleton(new ArtifactSettings());
        services.AddSingleton<CheckedBlobs>();
        services.AddSingleton<ExperimentQuota>();
        services.AddSingleton<ArtifactIntake>();
        services.AddSingleton<MultipartUploads>();
        services.AddSingleton<OrphanSweep>();
        services.AddSingleton<Scrub>();
        services.AddSingleton<StoreHealth>();
        services.AddHostedService<ArtifactUpkeepWorker>();
        services.AddSingleton<RegisteredModels>();
        services.AddSingleton<Aliases>();
        services.AddSingleton<ModelVersions>();
        services.AddSingleton<VersionFiles>();
        services.AddSingleton<VersionUploads>();
        services.AddSingleton<ModelSearches>();
        services.AddSingleton<VersionSearches>();
        services.AddSingleton<ModelSummaries>();
        services.AddSingleton<StageBoards>();
        services.AddSingleton<MetricLines>();
        services.AddSingleton<VersionLists>();
        services.AddSingleton<RunRegistrations>();
        services.AddSingleton<Transitions>();
        services.AddSingleton<TransitionRequests>();
        services.AddSingleton<Policies>();
        services.AddSingleton<Comments>();
        services.AddSingleton<Checks>();
        services.AddSingleton<Timelines>();
        services.AddSingleton<VersionComparisons>();
        return services;
    }
}
