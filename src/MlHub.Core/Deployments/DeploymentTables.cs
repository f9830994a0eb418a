using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MlHub.Registry;

namespace MlHub.Deployments;

internal sealed class DeploymentTables : IEntityTypeConfiguration<DeploymentTarget>, IEntityTypeConfiguration<Deployment>
{
    public void Configure(EntityTypeBuilder<DeploymentTarget> target)
    {
        target.ToTable("deployment_targets");
        target.Property(t => t.Name).HasMaxLength(Limits.ServingName);
        target.Property(t => t.Url).HasMaxLength(Limits.WebhookUrl);
        target.HasIndex(t => t.Name).IsUnique();
    }

    public void Configure(EntityTypeBuilder<Deployment> deployment)
    {
        deployment.ToTable("deployments");
        deployment.Property(d => d.Selector).HasMaxLength(Limits.ServingSelector);
        deployment.Property(d => d.Reason).HasMaxLength(Limits.ServingReason);
        deployment.HasIndex(d => new { d.ModelId, d.TargetId }).IsUnique();
        deployment.HasIndex(d => new { d.State, d.NextAt });
        deployment.HasOne<DeploymentTarget>().WithMany().HasForeignKey(d => d.TargetId).OnDelete(DeleteBehavior.Cascade);
        deployment.HasOne<RegisteredModel>().WithMany().HasForeignKey(d => d.ModelId).OnDelete(DeleteBehavior.Cascade);
    }
}
