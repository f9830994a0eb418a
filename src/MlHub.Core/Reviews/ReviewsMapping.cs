using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MlHub.Registry;

namespace MlHub.Reviews;

internal sealed class ReviewsMapping
    : IEntityTypeConfiguration<TransitionRequest>, IEntityTypeConfiguration<Approval>, IEntityTypeConfiguration<Comment>,
        IEntityTypeConfiguration<Check>, IEntityTypeConfiguration<StoredPolicy>
{
    public void Configure(EntityTypeBuilder<TransitionRequest> request)
    {
        request.ToTable("transition_requests");
        request.Property(r => r.RequestedBy).HasMaxLength(Limits.UserName);
        request.Property(r => r.VersionDigest).HasMaxLength(64).IsUnicode(false);
        request.Property(r => r.DecidedBy).HasMaxLength(Limits.UserName);
        request.Property(r => r.State).IsConcurrencyToken();
        request.HasIndex(r => new { r.VersionId, r.State });
        request.HasIndex(r => new { r.State, r.CreatedAt });
        request.HasOne<ModelVersion>().WithMany().HasForeignKey(r => r.VersionId).OnDelete(DeleteBehavior.Cascade);
        request.HasMany(r => r.Approvals).WithOne().HasForeignKey(a => a.RequestId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<Approval> approval)
    {
        approval.ToTable("approvals");
        approval.HasKey(a => new { a.RequestId, a.UserId });
        approval.Property(a => a.UserName).HasMaxLength(Limits.UserName);
    }

    public void Configure(EntityTypeBuilder<Comment> comment)
    {
        comment.ToTable("comments");
        comment.Property(c => c.Id).HasMaxLength(32).IsUnicode(false);
        comment.Property(c => c.ParentId).HasMaxLength(32).IsUnicode(false);
        comment.Property(c => c.Author).HasMaxLength(Limits.UserName);
        comment.HasIndex(c => new { c.VersionId, c.CreatedAt });
        comment.HasOne<ModelVersion>().WithMany().HasForeignKey(c => c.VersionId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<Check> check)
    {
        check.ToTable("checks");
        check.Property(c => c.Name).HasMaxLength(Limits.CheckName);
        check.Property(c => c.Summary).HasMaxLength(Limits.CheckSummary);
        check.Property(c => c.Link).HasMaxLength(Limits.CheckLink);
        check.Property(c => c.ReportedBy).HasMaxLength(Limits.UserName);
        check.HasIndex(c => new { c.VersionId, c.Name }).IsUnique();
        // Few are pending at any time, and they are looked for often.
        check.HasIndex(c => c.State);
        check.HasOne<ModelVersion>().WithMany().HasForeignKey(c => c.VersionId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<StoredPolicy> policy)
    {
        policy.ToTable("promotion_policies");
        policy.HasKey(p => new { p.ModelId, p.Stage });
        // None is a stage with rules of its own, not "unknown".
        policy.Property(p => p.Stage).HasSentinel((Stage)(-1));
        policy.Property(p => p.UpdatedBy).HasMaxLength(Limits.UserName);
        policy.HasOne<RegisteredModel>().WithMany().HasForeignKey(p => p.ModelId).OnDelete(DeleteBehavior.Cascade);
    }
}
