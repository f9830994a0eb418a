using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MlHub.Tracking.Metrics;

namespace MlHub.Tracking;

internal sealed class TrackingMapping
    : IEntityTypeConfiguration<Experiment>, IEntityTypeConfiguration<ExperimentTag>, IEntityTypeConfiguration<Run>, IEntityTypeConfiguration<RunTag>,
        IEntityTypeConfiguration<Param>, IEntityTypeConfiguration<MetricSeries>, IEntityTypeConfiguration<Dataset>, IEntityTypeConfiguration<RunInput>
{
    public void Configure(EntityTypeBuilder<Experiment> experiment)
    {
        experiment.ToTable("experiments");
        experiment.Property(e => e.Name).HasMaxLength(Limits.ExperimentName);
        experiment.Property(e => e.ArtifactLocation).HasMaxLength(Limits.ArtifactLocation);
        experiment.Property(e => e.DeletedBy).HasMaxLength(Limits.UserName);
        experiment.HasIndex(e => new { e.IsDeleted, e.DeletedAt });
        experiment.HasMany(e => e.Tags).WithOne().HasForeignKey(t => t.ExperimentId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ExperimentTag> tag)
    {
        tag.ToTable("experiment_tags");
        tag.HasKey(t => new { t.ExperimentId, t.Key });
        // 0 is an experiment, not "unknown".
        tag.Property(t => t.ExperimentId).HasSentinel(-1);
        tag.Property(t => t.Key).HasColumnName("tag_key").HasMaxLength(Limits.Key);
        tag.Property(t => t.Value).HasMaxLength(Limits.ExperimentTagValue);
    }

    public void Configure(EntityTypeBuilder<Run> run)
    {
        run.ToTable("runs");
        run.HasKey(r => r.Key);
        run.Property(r => r.Key).HasColumnName("run_key").ValueGeneratedOnAdd();
        run.Property(r => r.RunId).IsRequired().HasMaxLength(Limits.RunId).IsUnicode(false);
        run.Property(r => r.Name).HasMaxLength(Limits.RunName);
        run.Property(r => r.UserId).HasMaxLength(Limits.UserName);
        run.Property(r => r.CreatedBy).HasMaxLength(Limits.UserName);
        run.Property(r => r.DeletedBy).HasMaxLength(Limits.UserName);
        run.HasIndex(r => r.RunId).IsUnique();
        run.HasIndex(r => new { r.IsDeleted, r.DeletedAt, r.Key });
        run.HasIndex(r => new { r.ExperimentId, r.IsDeleted, r.StartTime, r.RunId });
        run.HasOne<Experiment>().WithMany().HasForeignKey(r => r.ExperimentId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<RunTag> tag)
    {
        tag.ToTable("run_tags");
        tag.HasKey(t => new { t.RunKey, t.Key });
        tag.Property(t => t.Key).HasColumnName("tag_key").HasMaxLength(Limits.Key);
        tag.Property(t => t.Value).HasMaxLength(Limits.TagValue);
        tag.HasOne(t => t.Run).WithMany().HasForeignKey(t => t.RunKey).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<Param> param)
    {
        param.ToTable("params");
        param.HasKey(p => new { p.RunKey, p.Key });
        param.Property(p => p.Key).HasColumnName("param_key").HasMaxLength(Limits.Key);
        param.Property(p => p.Value).HasMaxLength(Limits.ParamValue);
        param.HasOne<Run>().WithMany().HasForeignKey(p => p.RunKey).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<MetricSeries> series)
    {
        series.ToTable("metric_series");
        series.Property(s => s.Id).HasColumnName("series_id").ValueGeneratedOnAdd();
        series.Property(s => s.Key).HasColumnName("metric_key").HasMaxLength(Limits.Key);
        series.Property(s => s.Timestamp).HasColumnName("ts");
        series.HasIndex(s => new { s.RunKey, s.Key }).IsUnique();
        series.HasIndex(s => new { s.ExperimentId, s.Key, s.Value, s.RunKey });
        series.HasOne<Run>().WithMany().HasForeignKey(s => s.RunKey).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<Dataset> dataset)
    {
        dataset.ToTable("datasets");
        dataset.Property(d => d.Id).HasColumnName("dataset_id");
        dataset.Property(d => d.Name).HasMaxLength(Limits.DatasetName);
        dataset.Property(d => d.Digest).HasMaxLength(Limits.DatasetDigest).IsUnicode(false);
        dataset.Property(d => d.SourceType).HasMaxLength(Limits.DatasetSourceType);
        dataset.Property(d => d.Schema).HasColumnName("schema_json");
        dataset.Property(d => d.Profile).HasColumnName("profile_json");
        dataset.HasIndex(d => new { d.ExperimentId, d.Digest, d.Name });
        dataset.HasOne<Experiment>().WithMany().HasForeignKey(d => d.ExperimentId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<RunInput> input)
    {
        input.ToTable("run_inputs");
        input.HasKey(i => new { i.RunKey, i.DatasetId });
        input.Property(i => i.Tags).HasColumnName("tags_json");
        input.HasOne<Run>().WithMany().HasForeignKey(i => i.RunKey).OnDelete(DeleteBehavior.Cascade);
        input.HasOne<Dataset>().WithMany().HasForeignKey(i => i.DatasetId).OnDelete(DeleteBehavior.Restrict);
    }
}
