using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MlHub.Access;
using MlHub.Registry;

namespace MlHub.Notifications;

internal sealed class NotificationsMapping
    : IEntityTypeConfiguration<Notification>, IEntityTypeConfiguration<ModelFollow>, IEntityTypeConfiguration<VersionFollow>
{
    public void Configure(EntityTypeBuilder<Notification> notification)
    {
        notification.ToTable("notifications");
        notification.Property(n => n.Kind).HasMaxLength(64).IsUnicode(false);
        notification.Property(n => n.Actor).HasMaxLength(Limits.UserName);
        notification.Property(n => n.Text).HasMaxLength(Limits.NotificationText);
        notification.HasIndex(n => new { n.UserId, n.EventId }).IsUnique();
        notification.HasIndex(n => new { n.UserId, n.ReadAt, n.Id });
        notification.HasIndex(n => new { n.MailedAt, n.At });
        notification.HasOne<HubUser>().WithMany().HasForeignKey(n => n.UserId).OnDelete(DeleteBehavior.Cascade);
        notification.HasOne<RegisteredModel>().WithMany().HasForeignKey(n => n.ModelId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ModelFollow> follow)
    {
        follow.ToTable("model_follows");
        follow.HasKey(f => new { f.UserId, f.ModelId });
        follow.HasIndex(f => f.ModelId);
        follow.HasOne<HubUser>().WithMany().HasForeignKey(f => f.UserId).OnDelete(DeleteBehavior.Cascade);
        follow.HasOne<RegisteredModel>().WithMany().HasForeignKey(f => f.ModelId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<VersionFollow> follow)
    {
        follow.ToTable("version_follows");
        follow.HasKey(f => new { f.UserId, f.VersionId });
        follow.HasIndex(f => f.VersionId);
        follow.HasOne<HubUser>().WithMany().HasForeignKey(f => f.UserId).OnDelete(DeleteBehavior.Cascade);
        follow.HasOne<ModelVersion>().WithMany().HasForeignKey(f => f.VersionId).OnDelete(DeleteBehavior.Cascade);
    }
}
