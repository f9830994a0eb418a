using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Compare;
using MlHub.Events;
using MlHub.Live;
using MlHub.LoggedModels;
using MlHub.Notifications;
using MlHub.Past;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;
using MlHub.Tracking.Table;
using MlHub.Web.Access;
using MlHub.Web.Live;

namespace MlHub.Web.Tests;

/// <summary>Renders components over the real operations of a hub, as the circuit of somebody signed in would.</summary>
public abstract class LivePage : BunitContext, IAsyncLifetime
{
    protected TestHub Hub { get; } = new();

    protected Caller Ann { get; private set; } = null!;

    /// <summary>Not up until a test says so.</summary>
    protected CircuitConnection Connection { get; } = new();

    /// <summary>A second, as it is otherwise, is little on a busy machine.</summary>
    static LivePage() => DefaultWaitTimeout = TimeSpan.FromSeconds(60);

    protected LivePage()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Offer<TimeProvider>();
        Offer<LiveFeed>();
        Offer<Experiments>();
        Offer<ExperimentSearches>();
        Offer<Runs>();
        Offer<RunLogs>();
        Offer<RunSearches>();
        Offer<RunFamilies>();
        Offer<RunTransfers>();
        Offer<RunTables>();
        Offer<MlHub.SavedViews.SavedViews>();
        Offer<Curves>();
        Offer<Inbox>();
        Offer<Follows>();
        Offer<TransitionRequests>();
        Offer<AuditChain>();
        Offer<RunRegistrations>();
        Offer<LoggedModelSearches>();
        Offer<RegisteredModels>();
        Offer<ModelVersions>();
        Offer<ModelSearches>();
        Offer<ModelSummaries>();
        Offer<StageBoards>();
        Offer<VersionLists>();
        Offer<MetricLines>();
        Offer<RegistryPast>();
        Offer<Transitions>();
        Offer<MlHub.Reviews.Policies>();
        Offer<Presence>();
        Offer<Aliases>();
        Offer<Checks>();
        Offer<Comments>();
        Offer<Timelines>();
        Offer<VersionComparisons>();
        Offer<MlHub.Explanations.Explanations>();
        Offer<MlHub.Webhooks.Webhooks>();
        Offer<MlHub.Webhooks.WebhookDeliveries>();
        Offer<MlHub.Webhooks.WebhookLinks>();
        Offer<MlHub.Webhooks.JobHosts>();
        Offer<MlHub.Web.Registry.Registrations>();
        Offer<MlHub.Serving.ServedModels>();
        Offer<MlHub.Serving.Traffic.TrafficRules>();
        Offer<MlHub.Serving.Traffic.RoutedCalls>();
        Offer<Rollbacks>();
        Offer<MlHub.Serving.ModelCalls>();
        Offer<MlHub.Serving.Python.PythonTrust>();
        Offer<MlHub.Serving.Monitoring.ServingMeasures>();
        Offer<MlHub.Serving.Monitoring.WatchedWorkers>();
        Offer<MlHub.Serving.Monitoring.ServingEvents>();
        Offer<MlHub.Serving.Capture.CapturedRequests>();
        Offer<MlHub.Serving.Drift.Drifts>();
        Offer<MlHub.Serving.Duels.Duels>();
        Offer<MlHub.Serving.Batch.BatchJobs>();
        Offer<MlHub.Serving.Batch.BatchUploads>();
        Offer<MlHub.Serving.Batch.BatchSchedules>();
        Offer<MlHub.Serving.ServingLimits>();
        Offer<MlHub.Serving.ServingSettings>();
        Offer<MlHub.Scoring.Workers.Sandbox>();
        Services.AddSingleton(Connection);
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    public async ValueTask InitializeAsync() => Ann = await Hub.GivenUserAsync("ann");

    protected T The<T>()
        where T : notnull => Hub.Services.GetRequiredService<T>();

    protected IRenderedComponent<T> RenderAs<T>(Caller who, Action<ComponentParameterCollectionBuilder<T>> parameters)
        where T : IComponent =>
        Render<T>(p =>
        {
            p.AddCascadingValue(Task.FromResult(new AuthenticationState(who.AsPrincipal("test"))));
            parameters(p);
        });

    protected async Task<Experiment> GivenExperimentAsync() => await The<Experiments>().CreateAsync(Ann, "prices", null, [], default);

    protected async Task<Run> GivenRunAsync(long experimentId, string name, params Metric[] metrics)
    {
        var run = (await The<Runs>().CreateAsync(Ann, new(experimentId, name, "ann", null, []), default)).Run;
        if (metrics.Length > 0)
        {
            await LogAsync(run, metrics);
        }

        return run;
    }

    protected Task LogAsync(Run run, params Metric[] metrics) => The<RunLogs>().AppendAsync(Ann, run.RunId, new(metrics, [], []), default);

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        await Hub.DisposeAsync();
    }

    private void Offer<T>()
        where T : class => Services.AddSingleton(_ => The<T>());
}
