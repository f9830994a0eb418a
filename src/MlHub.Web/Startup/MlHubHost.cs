using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using MlHub.Adapters;
using MlHub.Adapters.Blobs;
using MlHub.Adapters.Databases;
using MlHub.Adapters.DataVersions;
using MlHub.Adapters.Mail;
using MlHub.Adapters.Operations;
using MlHub.Adapters.Serving;
using MlHub.Adapters.Webhooks;
using MlHub.Artifacts;
using MlHub.DataVersions;
using MlHub.DataVersions.Delta;
using MlHub.Deployments;
using MlHub.Notifications;
using MlHub.Operations;
using MlHub.Serving.Batch;
using MlHub.Serving.Drift;
using MlHub.Web.Access;
using MlHub.Web.Account;
using MlHub.Web.Api;
using MlHub.Web.Artifacts;
using MlHub.Web.Audit;
using MlHub.Web.Compare;
using MlHub.Web.Deployments;
using MlHub.Web.Explanations;
using MlHub.Web.Lineage;
using MlHub.Web.Live;
using MlHub.Web.LoggedModels;
using MlHub.Web.Notifications;
using MlHub.Web.Operations;
using MlHub.Web.Past;
using MlHub.Web.Registry;
using MlHub.Web.Reviews;
using MlHub.Web.SavedViews;
using MlHub.Web.Serving;
using MlHub.Web.Shell;
using MlHub.Web.Tracking;
using MlHub.Web.Tracking.Table;
using MlHub.Web.Trash;
using MlHub.Web.Webhooks;
using MlHub.Webhooks;

namespace MlHub.Web.Startup;

/// <summary>Puts MlHub together: what it is made of, and how a request finds its way.</summary>
public static class MlHubHost
{
    public static WebApplicationBuilder AddMlHub(this WebApplicationBuilder builder, string[] args)
    {
        if (args.Contains("--demo") && DemoBots.AreThere)
        {
            DemoBots.AllowThisMachine(builder.Configuration);
        }

        var settings = HubSettings.Read(builder.Configuration, args);
        var services = builder.Services;
        Logs.Configure(builder.Logging, settings.LogFormat);
        StartRefusal.KeepQuietAboutFailedStarts(builder);
        builder.WebHost.UseStaticWebAssets();
        // A line of a request's head ends with CR LF, for us as for every proxy in front of us.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        builder.WebHost.ConfigureKestrel(o =>
        {
            o.AddServerHeader = false;
            o.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            // GET calls name up to a hundred runs; more of them are told so rather than cut off.
            o.Limits.MaxRequestLineSize = Limits.RequestLineBytes;
        });
        services.AddSingleton(settings);
        services.AddSingleton<IStartupFilter, DoubledSlashes>();
        services.Configure<HostOptions>(o => o.ShutdownTimeout = Drain.Patience + settings.DrainDelay);
        services.AddHostedService<Drain>();
        Telemetry.Add(services, settings, builder.Configuration);
        services.AddSingleton<Readiness>();
        // Before all other filters, of which one refuses host names that are not the hub's.
        services.Insert(0, ServiceDescriptor.Transient<IStartupFilter, HealthAnswers>());
        var data = DataDirectory.Open(settings.DataDirectory);
        services.AddSingleton(_ => data);
        services.AddSingleton<IKeptBytes>(s => new KeptFiles(data.Cache, s.GetRequiredService<TimeProvider>()));
        services.AddMlHubDatabase(settings.Database, settings.DatabaseConnection ?? $"Data Source={data.DatabaseFile}");
        services.AddHostedService<StartCheck>();
        services.AddSingleton(settings.Retention);
        var reserve = ArtifactSection.ReadReserve(builder.Configuration);
        services.AddSingleton<IBlobStore>(s => settings.Artifacts == ArtifactProvider.AzureBlob
            ? new AzureBlobStore(settings.BlobConnection!)
            : new DiskBlobStore(data.Artifacts, reserve: reserve, stop: s.GetRequiredService<WriteStop>()));
        services.AddSingleton(ArtifactSection.Read(builder.Configuration));
        services.AddSingleton(ArtifactSection.ReadPublicAddress(builder.Configuration));
        services.AddSingleton<IDataFolders>(DataSourcesSection.Read(builder.Configuration, settings));
        services.AddSingleton<ICheckpointFormat, ParquetCheckpoints>();
        services.AddSingleton<IParquetFormat, ParquetSamples>();
        services.AddSingleton(WebhooksSection.Read(builder.Configuration));
        services.AddSingleton<IWebhookSender>(s => new HttpWebhookSender(s.GetRequiredService<WebhookSettings>()));
        services.AddSingleton<ISecretBox, SecretBox>();
        services.AddSingleton<IOutgoingCalls>(s => new CheckedCalls(s.GetRequiredService<WebhookSettings>()));
        services.AddDeploymentPages();
        services.AddSingleton(ServingSection.Read(builder.Configuration, settings.DataDirectory));
        services.AddSingleton(BatchSection.Read(builder.Configuration));
        var web = BatchSection.ReadWeb(builder.Configuration);
        services.AddSingleton<IWebSource>(s => new HttpWebSource(web, s.GetRequiredService<TimeProvider>()));
        services.AddMlHubCore();
        AddMail(services, settings.Mail);
        services.AddWebhookPages(builder.Configuration);
        services.AddMlHubAccess(settings.Access);
        services.AddDataProtection().SetApplicationName("MlHub").PersistKeysToFileSystem(new DirectoryInfo(data.Keys));
        services.AddAntiforgery(o => o.Cookie.Name = "mlhub-forms");
        // Files are sent as bodies of their own, never in a form.
        services.Configure<FormOptions>(o => (o.ValueLengthLimit, o.MultipartBodyLengthLimit, o.BufferBodyLengthLimit) = (Limits.FormFieldBytes, Limits.FormFieldBytes, Limits.FormFieldBytes));
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddScoped<CircuitConnection>();
        services.AddScoped<CircuitHandler>(s => s.GetRequiredService<CircuitConnection>());
        services.AddRequestRates(settings.RequestsPerSecond, HubSettings.Whole(builder.Configuration, RequestRates.ServingSetting, 0, 10_000_000));
        services.AddSingleton<OpenApiDocument>();
        services.AddSingleton<DeniedAttempts>();
        services.AddHostedService(s => s.GetRequiredService<DeniedAttempts>());
        services.AddSingleton<AccessEndpoints>();
        services.AddSingleton<PermissionEndpoints>();
        services.AddSingleton<FolderEndpoints>();
        services.AddSingleton<TrashEndpoints>();
        services.AddSingleton<RunTransferEndpoints>();
        services.AddSingleton<SavedViewEndpoints>();
        services.AddSingleton<Registrations>();
        services.AddSingleton<FilterWords>();
        services.AddSingleton<RunsTableEndpoints>();
        services.AddSingleton<RunExportEndpoint>();
        services.AddSingleton<UserEndpoints>();
        services.AddSingleton<AdministrationEndpoints>();
        services.AddSingleton<ExperimentEndpoints>();
        services.AddSingleton<RunEndpoints>();
        services.AddSingleton<RunLogEndpoints>();
        services.AddSingleton<LoggedModelEndpoints>();
        services.AddSingleton<BulkEndpoints>();
        services.AddSingleton<CurveEndpoints>();
        services.AddSingleton<ArtifactPlaces>();
        services.AddSingleton<SignedLinks>();
        services.AddSingleton<SignedTransfers>();
        services.AddSingleton<ArtifactEndpoints>();
        services.AddSingleton<MultipartEndpoints>();
        services.AddSingleton<PresignedEndpoints>();
        services.AddSingleton<StoreEndpoints>();
        services.AddSingleton<TransitionEndpoints>();
        services.AddSingleton<CommentEndpoints>();
        services.AddSingleton<CheckEndpoints>();
        services.AddSingleton<CompareEndpoints>();
        services.AddSingleton<InsightsEndpoint>();
        services.AddSingleton<LineageEndpoints>();
        services.AddSingleton<ExplanationEndpoints>();
        services.AddSingleton<PolicyEndpoints>();
        services.AddSingleton<ServingEndpoints>();
        services.AddSingleton<DownloadEndpoints>();
        services.AddSingleton<TrafficEndpoints>();
        services.AddSingleton<ServingSettingsEndpoints>();
        services.AddSingleton<MonitoringEndpoints>();
        services.AddSingleton<CaptureEndpoints>();
        services.AddSingleton<BatchEndpoints>();
        services.AddSingleton<BatchUploadEndpoint>();
        services.AddSingleton<BodyBudget>();
        services.AddSingleton<InvocationEndpoints>();
        services.AddSingleton<InferenceEndpoints>();
        services.AddSingleton<ModelEndpoints>();
        services.AddSingleton<VersionEndpoints>();
        services.AddSingleton<AuditEndpoints>();
        services.AddSingleton<NotificationEndpoints>();
        services.AddSingleton<PastAnswers>();
        services.AddSingleton<PastEndpoints>();
        services.AddSingleton<VersionFileUpload>();
        services.AddScoped<DemoStart>();
        services.AddHostedService<FirstStart>();
        return builder;
    }

    /// <summary>Without a mail server there is nobody who would send mails.</summary>
    private static void AddMail(IServiceCollection services, MailSettings? mail)
    {
        if (mail is not null)
        {
            services.AddSingleton(mail);
            services.AddSingleton(new MailLinks((model, version) => version is { } number ? HubUrls.Version(model, number) : HubUrls.Model(model), HubUrls.Inbox(), HubUrls.Account));
            services.AddSingleton<IMailSender>(new SmtpMailSender(mail));
            services.AddHostedService<MailWorker>();
        }
    }

    public static WebApplication UseMlHub(this WebApplication app)
    {
        app.UseRequestLog();
        app.UseBrowserDefence();
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandlingPath = "/error", CreateScopeForErrors = true, StatusCodeSelector = e => app.Services.StatusOf(e) });
        app.UseOutageAnswers();
        app.UseStatusCodePagesWithReExecute("/not-found");
        app.Use(DisableStatusPagesForPrograms);
        app.UseAuthentication();
        app.UseSecondFactorGate();
        app.UseAuthorization();
        // Here each program is known by its token.
        app.UseRateLimiter();
        app.UseAntiforgery().UseStaleForms();
        app.Use(AnswerUnknownCalls);
        app.MapStaticAssets().Declare(AccessKind.Public);
        app.MapGet("/version", () => TypedResults.Text(ProductVersion.MlflowCompatible)).Declare(AccessKind.Public);
        app.MapGet("/openapi.json", (OpenApiDocument document) => TypedResults.Text(document.Make().ToJsonString(), "application/json")).Declare(AccessKind.PageOrToken, Scopes.TrackingRead);
        app.MapSignOut();
        app.MapPasskeys();
        app.MapMlflowApi();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = null).Declare(AccessKind.Page);
        return app;
    }

    private static void MapMlflowApi(this WebApplication app)
    {
        var (api, proxy, hub) = (new MlflowRoutes(app), new MlflowRoutes(app, "mlflow-artifacts"), new MlflowRoutes(app, "mlhub"));
        app.Services.GetRequiredService<AccessEndpoints>().Map(api);
        app.Services.GetRequiredService<UserEndpoints>().Map(api);
        app.Services.GetRequiredService<PermissionEndpoints>().Map(new(app, "permissions"));
        app.Services.GetRequiredService<AdministrationEndpoints>().Map(hub);
        app.Services.GetRequiredService<FolderEndpoints>().Map(hub);
        app.Services.GetRequiredService<TrashEndpoints>().Map(hub);
        app.Services.GetRequiredService<RunTransferEndpoints>().Map(hub);
        app.Services.GetRequiredService<SavedViewEndpoints>().Map(hub);
        app.Services.GetRequiredService<RunsTableEndpoints>().Map(app);
        app.Services.GetRequiredService<RunExportEndpoint>().Map(app);
        app.Services.GetRequiredService<ExperimentEndpoints>().Map(api);
        app.Services.GetRequiredService<RunEndpoints>().Map(api);
        app.Services.GetRequiredService<RunLogEndpoints>().Map(api);
        app.Services.GetRequiredService<LoggedModelEndpoints>().Map(api);
        app.Services.GetRequiredService<BulkEndpoints>().Map(api);
        app.Services.GetRequiredService<CurveEndpoints>().Map(hub, app);
        app.Services.GetRequiredService<ArtifactEndpoints>().Map(api, proxy, app);
        app.Services.GetRequiredService<MultipartEndpoints>().Map(proxy, hub);
        app.Services.GetRequiredService<PresignedEndpoints>().Map(api, proxy);
        app.Services.GetRequiredService<SignedTransfers>().Map(app);
        app.Services.GetRequiredService<StoreEndpoints>().Map(hub);
        app.Services.GetRequiredService<TransitionEndpoints>().Map(api);
        app.Services.GetRequiredService<CommentEndpoints>().Map(api);
        app.Services.GetRequiredService<CheckEndpoints>().Map(hub);
        app.Services.GetRequiredService<CompareEndpoints>().Map(hub);
        app.Services.GetRequiredService<InsightsEndpoint>().Map(app);
        app.Services.GetRequiredService<LineageEndpoints>().Map(hub);
        app.Services.GetRequiredService<ExplanationEndpoints>().Map(hub);
        app.Services.GetRequiredService<PolicyEndpoints>().Map(hub);
        app.Services.GetRequiredService<ServingEndpoints>().Map(hub);
        app.Services.GetRequiredService<DownloadEndpoints>().Map(hub);
        app.Services.GetRequiredService<TrafficEndpoints>().Map(hub);
        app.Services.GetRequiredService<ServingSettingsEndpoints>().Map(hub);
        app.Services.GetRequiredService<MonitoringEndpoints>().Map(hub);
        app.Services.GetRequiredService<CaptureEndpoints>().Map(hub);
        app.Services.GetRequiredService<DeploymentEndpoints>().Map(hub);
        app.Services.GetRequiredService<BatchEndpoints>().Map(hub, app);
        app.Services.GetRequiredService<BatchUploadEndpoint>().Map(app);
        app.Services.GetRequiredService<InvocationEndpoints>().Map(app);
        app.Services.GetRequiredService<InferenceEndpoints>().Map(app);
        app.Services.GetRequiredService<ModelEndpoints>().Map(api);
        app.Services.GetRequiredService<VersionEndpoints>().Map(api, hub);
        app.Services.GetRequiredService<VersionFileUpload>().Map(app);
        app.Services.GetRequiredService<AuditEndpoints>().Map(hub, app);
        app.Services.GetRequiredService<NotificationEndpoints>().Map(hub);
        app.Services.GetRequiredService<PastEndpoints>().Map(hub);
        app.Services.GetRequiredService<MlflowWebhookEndpoints>().Map(api);
        app.Services.GetRequiredService<RegistryWebhookEndpoints>().Map(api);
        app.Services.GetRequiredService<HubWebhookEndpoints>().Map(hub);
    }

    private static Task DisableStatusPagesForPrograms(HttpContext context, RequestDelegate next)
    {
        if (ForPrograms.Is(context.Request) && context.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = false;
        }

        return next(context);
    }

    private static Task AnswerUnknownCalls(HttpContext context, RequestDelegate next) =>
        ForPrograms.Is(context.Request) && IsUnknown(context)
            ? MlflowErrors.WriteAsync(context, 404, "ENDPOINT_NOT_FOUND", $"MlHub has no call {context.Request.Method} {context.Request.Path}.")
            : next(context);

    /// <summary>Routing takes what static files might answer to a GET for a wrong method; only a call of ours can have one.</summary>
    private static bool IsUnknown(HttpContext context) =>
        context.GetEndpoint() is not { } found
        || (found.Metadata.GetMetadata<DeclaredAccess>() is null
            && !context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Any(e =>
                e.Metadata.GetMetadata<DeclaredAccess>() is not null && e.RoutePattern.RawText == context.Request.Path.Value));
}
