using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MlHub.LoggedModels;
using MlHub.Tracking;

namespace MlHub.Registry;

internal sealed class RegistryMapping
    : IEntityTypeConfiguration<RegisteredModel>, IEntityTypeConfiguration<RegisteredModelTag>, IEntityTypeConfiguration<ModelAlias>,
        IEntityTypeConfiguration<ModelVersion>, IEntityTypeConfiguration<ModelVersionTag>, IEntityTypeConfiguration<ModelVersionFile>
{
    private const int Digest = 64;

    public void Configure(EntityTypeBuilder<RegisteredModel> model)
    {
        model.ToTable("registered_models");
        model.Property(m => m.PublicId).HasMaxLength(32).IsUnicode(false);
        model.Property(m => m.Name).HasMaxLength(Limits.ModelName);
        model.Property(m => m.NormalizedName).HasMaxLength(Limits.ModelName);
        model.Property(m => m.CreatedBy).HasMaxLength(Limits.UserName);
        model.HasIndex(m => m.PublicId).IsUnique();
        model.HasIndex(m => m.Name).IsUnique();
        model.HasIndex(m => m.NormalizedName).IsUnique();
        model.HasIndex(m => new { m.UpdatedAt, m.Id });
        model.HasMany(m => m.Tags).WithOne().HasForeignKey(t => t.ModelId).OnDelete(DeleteBehavior.Cascade);
        model.HasMany(m => m.Aliases).WithOne().HasForeignKey(a => a.ModelId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<RegisteredModelTag> tag)
    {
        tag.ToTable("registered_model_tags");
        tag.HasKey(t => new { t.ModelId, t.Key });
        tag.Property(t => t.Key).HasColumnName("tag_key").HasMaxLength(Limits.Key);
    }

    public void Configure(EntityTypeBuilder<ModelAlias> alias)
    {
        alias.ToTable("model_aliases");
        alias.HasKey(a => new { a.ModelId, a.Alias });
        alias.Property(a => a.Alias).HasMaxLength(Limits.Alias);
    }

    public void Configure(EntityTypeBuilder<ModelVersion> version)
    {
        version.ToTable("model_versions");
        version.Property(v => v.CreatedBy).HasMaxLength(Limits.UserName);
        version.Property(v => v.Source).HasMaxLength(Limits.VersionSource);
        version.Property(v => v.RunId).HasMaxLength(Limits.RunId).IsUnicode(false);
        version.Property(v => v.RunLink).HasMaxLength(Limits.VersionSource);
        version.Property(v => v.LoggedModelId).HasMaxLength(64).IsUnicode(false);
        version.Property(v => v.SourcePath).HasMaxLength(Limits.ArtifactPath);
        version.Property(v => v.StatusMessage).HasMaxLength(500);
        version.Property(v => v.Digest).HasMaxLength(Digest).IsUnicode(false);
        version.HasIndex(v => new { v.ModelId, v.Number }).IsUnique();
        version.HasIndex(v => new { v.ModelId, v.Stage, v.Number });
        version.HasIndex(v => v.RunId);
        version.HasIndex(v => v.SourceRunKey);
        version.HasIndex(v => v.SourceVersionId);
        version.HasIndex(v => v.UpdatedAt);
        version.HasOne<RegisteredModel>().WithMany().HasForeignKey(v => v.ModelId).OnDelete(DeleteBehavior.Cascade);
        version.HasIndex(v => v.LoggedModelKey);
        version.HasOne<LoggedModel>().WithMany().HasForeignKey(v => v.LoggedModelKey).OnDelete(DeleteBehavior.Restrict);
        version.HasOne<Run>().WithMany().HasForeignKey(v => v.SourceRunKey).OnDelete(DeleteBehavior.Restrict);
        version.HasMany(v => v.Tags).WithOne().HasForeignKey(t => t.VersionId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ModelVersionTag> tag)
    {
        tag.ToTable("model_version_tags");
        tag.HasKey(t => new { t.VersionId, t.Key });
        tag.Property(t => t.Key).HasColumnName("tag_key").HasMaxLength(Limits.Key);
    }

    public void Configure(EntityTypeBuilder<ModelVersionFile> file)
    {
        file.ToTable("model_version_files");
        file.HasKey(f => new { f.VersionId, f.Path });
        file.Property(f => f.Path).HasMaxLength(Limits.ArtifactPath);
        file.Property(f => f.Digest).HasMaxLength(Digest).IsFixedLength().IsUnicode(false);
        file.Property(f => f.Size).HasColumnName("size_bytes");
        file.HasIndex(f => f.Digest);
        file.HasOne<ModelVersion>().WithMany().HasForeignKey(f => f.VersionId).OnDelete(DeleteBehavior.Cascade);
    }
}
