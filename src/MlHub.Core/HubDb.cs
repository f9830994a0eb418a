using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Events;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;

namespace MlHub;

/// <summary>The whole database. What one provider does its own way is in MlHub.Adapters.</summary>
public abstract class HubDb(DbContextOptions options)
    : IdentityUserContext<HubUser, Guid, IdentityUserClaim<Guid>, IdentityUserLogin<Guid>, IdentityUserToken<Guid>>(options)
{
    public DbSet<AccessToken> AccessTokens => Set<AccessToken>();
    public DbSet<ExperimentGrant> ExperimentGrants => Set<ExperimentGrant>();
    public DbSet<Experiment> Experiments => Set<Experiment>();
    public DbSet<ExperimentTag> ExperimentTags => Set<ExperimentTag>();
    public DbSet<Run> Runs => Set<Run>();
    public DbSet<RunTag> RunTags => Set<RunTag>();
    public DbSet<Param> Params => Set<Param>();
    public DbSet<MetricSeries> MetricSeries => Set<MetricSeries>();
    public DbSet<Dataset> Datasets => Set<Dataset>();
    public DbSet<RunInput> RunInputs => Set<RunInput>();
    public DbSet<ArtifactFile> ArtifactFiles => Set<ArtifactFile>();
    public DbSet<HubEvent> Events => Set<HubEvent>();

    /// <summary>Writes an event into the same transaction as the change it tells of.</summary>
    public void Record(
        Caller actor, DateTimeOffset at, string kind, string subject, long? experimentId = null, object? before = null, object? after = null) =>
        Events.Add(new HubEvent
        {
            At = at,
            Actor = actor.Name,
            Kind = kind,
            Subject = subject,
            ExperimentId = experimentId,
            Before = before is null ? null : JsonSerializer.Serialize(before, JsonSerializerOptions.Web),
            After = after is null ? null : JsonSerializer.Serialize(after, JsonSerializerOptions.Web),
        });

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
        foreach (var property in builder.Model.GetEntityTypes().SelectMany(e => e.GetProperties()).Where(p => p.GetColumnName() == p.Name))
        {
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }
    }

    /// <summary>Instants are stored as MLflow sends them, in milliseconds since 1970, on every database.</summary>
    private sealed class UnixMilliseconds()
        : ValueConverter<DateTimeOffset, long>(t => t.ToUnixTimeMilliseconds(), ms => DateTimeOffset.FromUnixTimeMilliseconds(ms));
}
