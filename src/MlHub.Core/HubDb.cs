using System.Data;
using System.Data.Common;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Deployments;
using MlHub.Events;
using MlHub.LoggedModels;
using MlHub.Notifications;
using MlHub.Registry;
using MlHub.Repeats;
using MlHub.Reviews;
using MlHub.SavedViews;
using MlHub.Serving;
using MlHub.Serving.Batch;
using MlHub.Serving.Capture;
using MlHub.Serving.Monitoring;
using MlHub.Serving.Traffic;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;
using MlHub.Tracking.Search;
using MlHub.Trash;
using MlHub.Webhooks;

namespace MlHub;

/// <summary>The whole database. What one provider does its own way is in MlHub.Adapters.</summary>
public abstract class HubDb(DbContextOptions options)
    : IdentityUserContext<HubUser, Guid, IdentityUserClaim<Guid>, IdentityUserLogin<Guid>, IdentityUserToken<Guid>>(options)
{
    public DbSet<AccessToken> AccessTokens => Set<AccessToken>();
    public DbSet<SignInSession> SignInSessions => Set<SignInSession>();
    public DbSet<ExperimentGrant> ExperimentGrants => Set<ExperimentGrant>();
    public DbSet<ExperimentGroupGrant> ExperimentGroupGrants => Set<ExperimentGroupGrant>();
    public DbSet<Folder> Folders => Set<Folder>();
    public DbSet<ExperimentFolder> ExperimentFolders => Set<ExperimentFolder>();
    public DbSet<FolderGrant> FolderGrants => Set<FolderGrant>();
    public DbSet<RegistryGrant> RegistryGrants => Set<RegistryGrant>();
    public DbSet<Group> Groups => Set<Group>();
    public DbSet<GroupMember> GroupMembers => Set<GroupMember>();
    public DbSet<Experiment> Experiments => Set<Experiment>();
    public DbSet<ExperimentTag> ExperimentTags => Set<ExperimentTag>();
    public DbSet<Run> Runs => Set<Run>();
    public DbSet<RunTag> RunTags => Set<RunTag>();
    public DbSet<Param> Params => Set<Param>();
    public DbSet<MetricSeries> MetricSeries => Set<MetricSeries>();
    public DbSet<Dataset> Datasets => Set<Dataset>();
    public DbSet<RunInput> RunInputs => Set<RunInput>();
    public DbSet<SavedView> SavedViews => Set<SavedView>();
    public DbSet<PurgedSeries> PurgedSeries => Set<PurgedSeries>();
    public DbSet<FirstCreation> FirstCreations => Set<FirstCreation>();
    public DbSet<AccountFile> AccountFiles => Set<AccountFile>();
    public DbSet<ArtifactFile> ArtifactFiles => Set<ArtifactFile>();
    public DbSet<LoggedModel> LoggedModels => Set<LoggedModel>();
    public DbSet<LoggedModelParam> LoggedModelParams => Set<LoggedModelParam>();
    public DbSet<LoggedModelTag> LoggedModelTags => Set<LoggedModelTag>();
    public DbSet<LoggedModelMetric> LoggedModelMetrics => Set<LoggedModelMetric>();
    public DbSet<LoggedModelFile> LoggedModelFiles => Set<LoggedModelFile>();
    public DbSet<RunModel> RunModels => Set<RunModel>();
    public DbSet<MultipartUpload> MultipartUploads => Set<MultipartUpload>();
    public DbSet<UploadPart> UploadParts => Set<UploadPart>();
    public DbSet<DamagedBlob> DamagedBlobs => Set<DamagedBlob>();
    public DbSet<ScrubProgress> ScrubProgress => Set<ScrubProgress>();
    public DbSet<RegisteredModel> RegisteredModels => Set<RegisteredModel>();
    public DbSet<RegisteredModelTag> RegisteredModelTags => Set<RegisteredModelTag>();
    public DbSet<ModelAlias> ModelAliases => Set<ModelAlias>();
    public DbSet<ModelVersion> ModelVersions => Set<ModelVersion>();
    public DbSet<ModelVersionTag> ModelVersionTags => Set<ModelVersionTag>();
    public DbSet<ModelVersionFile> ModelVersionFiles => Set<ModelVersionFile>();
    public DbSet<TransitionRequest> TransitionRequests => Set<TransitionRequest>();
    public DbSet<Approval> Approvals => Set<Approval>();
    public DbSet<Comment> Comments => Set<Comment>();
    public DbSet<Check> Checks => Set<Check>();
    public DbSet<StoredPolicy> Policies => Set<StoredPolicy>();
    public DbSet<Notification> Notifications => Set<Notification>();
    public DbSet<ModelFollow> ModelFollows => Set<ModelFollow>();
    public DbSet<VersionFollow> VersionFollows => Set<VersionFollow>();
    public DbSet<HubEvent> Events => Set<HubEvent>();
    public DbSet<EventLink> EventLinks => Set<EventLink>();
    public DbSet<ListenerPosition> ListenerPositions => Set<ListenerPosition>();
    public DbSet<Webhook> Webhooks => Set<Webhook>();
    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();
    public DbSet<DeliveryAttempt> DeliveryAttempts => Set<DeliveryAttempt>();
    public DbSet<ModelServing> ModelServing => Set<ModelServing>();
    public DbSet<ServingFailure> ServingFailures => Set<ServingFailure>();
    public DbSet<TrafficRule> TrafficRules => Set<TrafficRule>();
    public DbSet<ServingMeasure> ServingMeasures => Set<ServingMeasure>();
    public DbSet<CapturedRequest> CapturedRequests => Set<CapturedRequest>();
    public DbSet<BatchJob> BatchJobs => Set<BatchJob>();
    public DbSet<BatchPart> BatchParts => Set<BatchPart>();
    public DbSet<BatchSchedule> BatchSchedules => Set<BatchSchedule>();
    public DbSet<DeploymentTarget> DeploymentTargets => Set<DeploymentTarget>();
    public DbSet<Deployment> Deployments => Set<Deployment>();

    /// <summary>Writes an event into the same transaction as the change it tells of.</summary>
    public void Record(
        Caller actor, DateTimeOffset at, string kind, string subject, long? experimentId = null, object? before = null, object? after = null) =>
        Events.Add(HubEvent.Of(actor, at, kind, subject, experimentId, before: before, after: after));

    /// <summary>The same for what happens to a registered model or, with its number, to a version of it.</summary>
    public void Record(
        Caller actor, DateTimeOffset at, string kind, RegisteredModel model, int? version = null, object? before = null, object? after = null) =>
        Events.Add(HubEvent.Of(actor, at, kind, version is null ? model.Name : $"{model.Name}/{version}", null, model.Id, version, before, after));

    /// <summary>Sends statements that are written by hand. Their parameters are <c>@p0</c>, <c>@p1</c> and so on.</summary>
    public virtual async Task<SqlRows> AskAsync(string sql, IReadOnlyList<object?> parameters, CancellationToken cancel) =>
        await DriverRows.AskAsync(await CommandAsync(sql, parameters, cancel), cancel);

    /// <summary>The connection stays open until the context is disposed, as one operation asks several times.</summary>
    internal async Task<DbCommand> CommandAsync(string sql, IReadOnlyList<object?> parameters, CancellationToken cancel)
    {
        var command = (await OpenedAsync(cancel)).CreateCommand();
        command.CommandText = sql;
        command.Transaction = Database.CurrentTransaction?.GetDbTransaction();
        for (var i = 0; i < parameters.Count; i++)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ($"@p{i}", parameters[i] ?? DBNull.Value);
            if (parameters[i] is AsciiText ascii)
            {
                (parameter.DbType, parameter.Value) = (DbType.AnsiString, ascii.Value);
            }

            command.Parameters.Add(parameter);
        }

        return command;
    }

    protected async Task<DbConnection> OpenedAsync(CancellationToken cancel)
    {
        var connection = Database.GetDbConnection();
        if (connection.State != ConnectionState.Open)
        {
            await Database.OpenConnectionAsync(cancel);
        }

        return connection;
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("user_claims");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("user_logins");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("user_tokens");
        builder.ApplyConfigurationsFromAssembly(typeof(HubDb).Assembly);
        NameColumns(builder);
    }

    /// <summary>snake_case on every database, so that hand-written SQL needs no quotes.</summary>
    private static void NameColumns(ModelBuilder builder)
    {
        foreach (var property in builder.Model.GetEntityTypes().Where(e => !e.IsMappedToJson()).SelectMany(e => e.GetProperties()).Where(p => p.GetColumnName() == p.Name))
        {
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }
    }

    /// <summary>Instants are stored as MLflow sends them, in milliseconds since 1970, on every database.</summary>
    private sealed class UnixMilliseconds()
        : ValueConverter<DateTimeOffset, long>(t => t.ToUnixTimeMilliseconds(), ms => DateTimeOffset.FromUnixTimeMilliseconds(ms));
}
