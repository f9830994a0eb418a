using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MlHub.Tracking;

namespace MlHub.LoggedModels;

internal sealed class LoggedModelsMapping
    : IEntityTypeConfiguration<LoggedModel>, IEntityTypeConfiguration<LoggedModelParam>, IEntityTypeConfiguration<LoggedModelTag>,
        IEntityTypeConfiguration<LoggedModelMetric>, IEntityTypeConfiguration<LoggedModelFile>, IEntityTypeConfiguration<RunModel>
{
    public void Configure(EntityTypeBuilder<LoggedModel> model)
    {
        model.ToTable("logged_models");
        model.HasKey(m => m.Key);
        model.Property(m => m.Key).HasColumnName("logged_model_key").ValueGeneratedOnAdd();
        model.Property(m => m.ModelId).HasMaxLength(Limits.LoggedModelId).IsUnicode(false);
        model.Property(m => m.Name).HasMaxLength(Limits.LoggedModelName);
        model.Property(m => m.ModelType).HasMaxLength(Limits.LoggedModelType);
        model.Property(m => m.SourceRunId).HasMaxLength(Limits.RunId).IsUnicode(false);
        model.Property(m => m.StatusMessage).HasMaxLength(Limits.LoggedModelStatusMessage);
        model.Property(m => m.CreatedBy).HasMaxLength(Limits.UserName);
        model.HasIndex(m => m.ModelId).IsUnique();
        model.HasIndex(m => new { m.ExperimentId, m.IsDeleted, m.CreatedAt });
        model.HasIndex(m => m.SourceRunId);
        model.HasOne<Experiment>().WithMany().HasForeignKey(m => m.ExperimentId).OnDelete(DeleteBehavior.Restrict);
        model.HasMany(m => m.Params).WithOne().HasForeignKey(p => p.LoggedModelKey).OnDelete(DeleteBehavior.Cascade);
        model.HasMany(m => m.Tags).WithOne().HasForeignKey(t => t.LoggedModelKey).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<LoggedModelParam> param)
    {
        param.ToTable("logged_model_params");
        param.HasKey(p => new { p.LoggedModelKey, p.Key });
        param.Property(p => p.Key).HasColumnName("param_key").HasMaxLength(Limits.Key);
        param.Property(p => p.Value).HasMaxLength(Limits.ParamValue);
    }

    public void Configure(EntityTypeBuilder<LoggedModelTag> tag)
    {
        tag.ToTable("logged_model_tags");
        tag.HasKey(t => new { t.LoggedModelKey, t.Key });
        tag.Property(t => t.Key).HasColumnName("tag_key").HasMaxLength(Limits.Key);
        tag.Property(t => t.Value).HasMaxLength(Limits.TagValue);
    }

    public void Configure(EntityTypeBuilder<LoggedModelMetric> metric)
    {
        metric.ToTable("logged_model_metrics");
        metric.Property(m => m.RunId).HasMaxLength(Limits.RunId).IsUnicode(false);
        metric.Property(m => m.Key).HasColumnName("metric_key").HasMaxLength(Limits.Key);
        metric.Property(m => m.DatasetName).HasMaxLength(Limits.DatasetName);
        metric.Property(m => m.DatasetDigest).HasMaxLength(Limits.DatasetDigest).IsUnicode(false);
        metric.Property(m => m.Timestamp).HasColumnName("ts");
        metric.Ignore(m => m.Logged);
        // One point is stored once, and the latest of a key is found at once.
        metric.HasIndex(m => new { m.LoggedModelKey, m.Key, m.Timestamp, m.Step, m.RunId, m.DatasetName, m.DatasetDigest, m.Value, m.Kind })
            .IsUnique().HasDatabaseName("ix_logged_model_metrics_point");
        metric.HasOne<LoggedModel>().WithMany().HasForeignKey(m => m.LoggedModelKey).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<LoggedModelFile> file)
    {
        file.ToTable("logged_model_files");
        file.HasKey(f => new { f.LoggedModelKey, f.Path });
        file.Property(f => f.Path).HasMaxLength(Limits.ArtifactPath);
        file.Property(f => f.Digest).HasMaxLength(64).IsFixedLength().IsUnicode(false);
        file.Property(f => f.Size).HasColumnName("size_bytes");
        file.HasIndex(f => f.Digest);
        file.HasOne<LoggedModel>().WithMany().HasForeignKey(f => f.LoggedModelKey).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<RunModel> link)
    {
        link.ToTable("run_models");
        link.HasKey(l => new { l.RunKey, l.Link, l.ModelId, l.Step });
        link.Property(l => l.ModelId).HasMaxLength(Limits.LoggedModelId).IsUnicode(false);
        link.HasIndex(l => l.ModelId);
        link.HasOne<Run>().WithMany().HasForeignKey(l => l.RunKey).OnDelete(DeleteBehavior.Cascade);
    }
}
