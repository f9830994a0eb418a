using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MlHub.Access;

internal sealed class AccessMapping
    : IEntityTypeConfiguration<HubUser>, IEntityTypeConfiguration<AccessToken>, IEntityTypeConfiguration<ExperimentGrant>
{
    public void Configure(EntityTypeBuilder<HubUser> user) => user.ToTable("users");

    public void Configure(EntityTypeBuilder<AccessToken> token)
    {
        token.ToTable("access_tokens");
        token.Property(t => t.Id).HasMaxLength(32).IsUnicode(false);
        token.Property(t => t.Name).HasMaxLength(Limits.TokenName);
        token.Property(t => t.SecretHash).HasMaxLength(32);
        token.HasIndex(t => t.UserId);
        token.HasOne<HubUser>().WithMany().HasForeignKey(t => t.UserId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ExperimentGrant> grant)
    {
        grant.ToTable("experiment_grants");
        grant.HasKey(g => new { g.ExperimentId, g.UserId });
        // 0 is an experiment, not "unknown".
        grant.Property(g => g.ExperimentId).HasSentinel(-1);
        grant.HasIndex(g => g.UserId);
        grant.HasOne<Tracking.Experiment>().WithMany().HasForeignKey(g => g.ExperimentId).OnDelete(DeleteBehavior.Cascade);
        grant.HasOne<HubUser>().WithMany().HasForeignKey(g => g.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
