using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MlHub.Registry;

namespace MlHub.Serving.Batch;

internal sealed class BatchTables : IEntityTypeConfiguration<BatchJob>, IEntityTypeConfiguration<BatchPart>, IEntityTypeConfiguration<BatchSchedule>
{
    public void Configure(EntityTypeBuilder<BatchJob> job)
    {
        job.ToTable("batch_jobs");
        job.Property(j => j.Id).ValueGeneratedNever();
        job.Property(j => j.Selector).HasMaxLength(Limits.ServingSelector);
        job.Property(j => j.Digest).HasMaxLength(64).IsUnicode(false);
        job.Property(j => j.Reason).HasMaxLength(Limits.ServingReason);
        job.HasIndex(j => new { j.ModelId, j.CreatedAt });
        job.HasIndex(j => j.State);
        job.HasOne<RegisteredModel>().WithMany().HasForeignKey(j => j.ModelId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<BatchPart> part)
    {
        part.ToTable("batch_parts");
        part.HasKey(p => new { p.JobId, p.Number });
        part.Property(p => p.Digest).HasMaxLength(64).IsUnicode(false);
        // Blobs that nothing refers to are removed; this is asked for each.
        part.HasIndex(p => p.Digest);
        part.HasOne<BatchJob>().WithMany().HasForeignKey(p => p.JobId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<BatchSchedule> schedule)
    {
        schedule.ToTable("batch_schedules");
        schedule.Property(s => s.Id).ValueGeneratedNever();
        schedule.Property(s => s.Name).HasMaxLength(Limits.ServingName);
        schedule.Property(s => s.Selector).HasMaxLength(Limits.ServingSelector);
        schedule.Property(s => s.Cron).HasMaxLength(Limits.ServingName);
        schedule.HasIndex(s => s.ModelId);
        schedule.HasOne<RegisteredModel>().WithMany().HasForeignKey(s => s.ModelId).OnDelete(DeleteBehavior.Cascade);
    }
}
