using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MlHub.Registry;
using MlHub.Serving.Capture;
using MlHub.Serving.Monitoring;
using MlHub.Serving.Traffic;

namespace MlHub.Serving;

internal sealed class ServingTables
    : IEntityTypeConfiguration<ModelServing>, IEntityTypeConfiguration<ServingFailure>, IEntityTypeConfiguration<TrafficRule>,
      IEntityTypeConfiguration<ServingMeasure>, IEntityTypeConfiguration<CapturedRequest>
{
    public void Configure(EntityTypeBuilder<ModelServing> serving)
    {
        serving.ToTable("model_serving");
        serving.HasKey(s => s.ModelId);
        serving.Property(s => s.ModelId).ValueGeneratedNever();
        serving.HasOne<RegisteredModel>().WithMany().HasForeignKey(s => s.ModelId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ServingFailure> failure)
    {
        failure.ToTable("serving_failures");
        failure.HasKey(f => f.VersionId);
        failure.Property(f => f.VersionId).ValueGeneratedNever();
        failure.Property(f => f.Reason).HasMaxLength(Limits.ServingReason);
        failure.HasOne<ModelVersion>().WithMany().HasForeignKey(f => f.VersionId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<TrafficRule> rule)
    {
        rule.ToTable("traffic_rules");
        rule.Property(r => r.Selector).HasMaxLength(Limits.ServingSelector);
        rule.Property(r => r.Reason).HasMaxLength(Limits.ServingReason);
        rule.HasIndex(r => new { r.ModelId, r.State });
        rule.HasOne<RegisteredModel>().WithMany().HasForeignKey(r => r.ModelId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ServingMeasure> measure)
    {
        measure.ToTable("serving_measures");
        measure.HasKey(m => new { m.VersionId, m.Minute, m.Node });
        // Old ones are removed of all versions at once.
        measure.HasIndex(m => m.Minute);
        measure.HasOne<ModelVersion>().WithMany().HasForeignKey(m => m.VersionId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<CapturedRequest> captured)
    {
        captured.ToTable("captured_requests");
        captured.Property(c => c.Selector).HasMaxLength(Limits.ServingSelector);
        captured.HasIndex(c => new { c.VersionId, c.Id });
        captured.HasIndex(c => c.At);
        captured.HasOne<ModelVersion>().WithMany().HasForeignKey(c => c.VersionId).OnDelete(DeleteBehavior.Cascade);
    }
}
