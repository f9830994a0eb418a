using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MlHub.Tracking;

namespace MlHub.Artifacts;

internal sealed class ArtifactsMapping
    : IEntityTypeConfiguration<ArtifactFile>, IEntityTypeConfiguration<AccountFile>, IEntityTypeConfiguration<MultipartUpload>, IEntityTypeConfiguration<UploadPart>,
        IEntityTypeConfiguration<DamagedBlob>, IEntityTypeConfiguration<ScrubProgress>
{
    private const int Digest = 64;
    private const int UploadId = 32;

    public void Configure(EntityTypeBuilder<ArtifactFile> file)
    {
        file.ToTable("artifact_files");
        file.HasKey(f => new { f.RunKey, f.Path });
        file.Property(f => f.Path).HasMaxLength(Limits.ArtifactPath);
        file.Property(f => f.Digest).HasMaxLength(Digest).IsFixedLength().IsUnicode(false);
        file.Property(f => f.Size).HasColumnName("size_bytes");
        file.HasIndex(f => f.Digest);
        file.HasOne<Run>().WithMany().HasForeignKey(f => f.RunKey).OnDelete(DeleteBehavior.Cascade);
    }

    /// <summary>Without a foreign key: in the access mode Open nobody has an account.</summary>
    public void Configure(EntityTypeBuilder<AccountFile> file)
    {
        file.ToTable("account_files");
        file.HasKey(f => new { f.UserId, f.Path });
        file.Property(f => f.Path).HasMaxLength(Limits.ArtifactPath);
        file.Property(f => f.Digest).HasMaxLength(Digest).IsFixedLength().IsUnicode(false);
        file.Property(f => f.Size).HasColumnName("size_bytes");
        file.HasIndex(f => f.Digest);
    }

    public void Configure(EntityTypeBuilder<MultipartUpload> upload)
    {
        upload.ToTable("multipart_uploads");
        upload.Property(u => u.Id).HasMaxLength(UploadId).IsFixedLength().IsUnicode(false);
        upload.Property(u => u.Target).HasMaxLength(Limits.ProxiedPath);
        upload.Property(u => u.Digest).HasMaxLength(Digest).IsFixedLength().IsUnicode(false);
        upload.HasIndex(u => u.CreatedAt);
        upload.HasIndex(u => u.ExperimentId);
    }

    public void Configure(EntityTypeBuilder<UploadPart> part)
    {
        part.ToTable("upload_parts");
        part.HasKey(p => new { p.UploadId, p.Number });
        part.Property(p => p.UploadId).HasMaxLength(UploadId).IsFixedLength().IsUnicode(false);
        part.Property(p => p.Digest).HasMaxLength(Digest).IsFixedLength().IsUnicode(false);
        part.Property(p => p.Size).HasColumnName("size_bytes");
        part.HasOne<MultipartUpload>().WithMany().HasForeignKey(p => p.UploadId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<DamagedBlob> blob)
    {
        blob.ToTable("damaged_blobs");
        blob.HasKey(b => b.Digest);
        blob.Property(b => b.Digest).HasMaxLength(Digest).IsFixedLength().IsUnicode(false);
    }

    public void Configure(EntityTypeBuilder<ScrubProgress> progress)
    {
        progress.ToTable("scrub_progress");
        progress.Property(p => p.Id).ValueGeneratedNever();
        progress.Property(p => p.After).HasColumnName("after_digest").HasMaxLength(Digest).IsUnicode(false);
    }
}
