using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MlHub.Registry;

namespace MlHub.Webhooks;

internal sealed class WebhooksMapping
    : IEntityTypeConfiguration<Webhook>, IEntityTypeConfiguration<WebhookDelivery>, IEntityTypeConfiguration<DeliveryAttempt>
{
    public void Configure(EntityTypeBuilder<Webhook> webhook)
    {
        webhook.ToTable("webhooks");
        webhook.Property(w => w.PublicId).HasMaxLength(32).IsUnicode(false);
        webhook.Ignore(w => w.Choices);
        webhook.Property(w => w.Name).HasMaxLength(Limits.WebhookName);
        webhook.Property(w => w.Url).HasMaxLength(Limits.WebhookUrl);
        webhook.Property(w => w.SecretHint).HasMaxLength(8);
        webhook.Property(w => w.DisabledReason).HasMaxLength(Limits.WebhookReason);
        webhook.HasIndex(w => w.PublicId).IsUnique();
        webhook.HasIndex(w => w.ModelId);
        webhook.HasOne<RegisteredModel>().WithMany().HasForeignKey(w => w.ModelId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<WebhookDelivery> delivery)
    {
        delivery.ToTable("webhook_deliveries");
        delivery.Property(d => d.MessageId).HasMaxLength(32).IsUnicode(false);
        delivery.Property(d => d.Event).HasMaxLength(64).IsUnicode(false);
        delivery.Property(d => d.Subject).HasMaxLength(512);
        // Two nodes that fan out the same event make the same rows, and only one of them can.
        delivery.HasIndex(d => new { d.WebhookId, d.Seq, d.Event }).IsUnique();
        delivery.HasIndex(d => new { d.WebhookId, d.State, d.NextAt });
        delivery.HasIndex(d => new { d.WebhookId, d.Id });
        // Only the few that are under way.
        delivery.HasIndex(d => d.Lease).HasFilter("lease IS NOT NULL");
        delivery.HasOne<Webhook>().WithMany().HasForeignKey(d => d.WebhookId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<DeliveryAttempt> attempt)
    {
        attempt.ToTable("delivery_attempts");
        attempt.Property(a => a.Error).HasMaxLength(Limits.DeliveryError);
        attempt.HasIndex(a => new { a.DeliveryId, a.At });
        attempt.HasOne<WebhookDelivery>().WithMany().HasForeignKey(a => a.DeliveryId).OnDelete(DeleteBehavior.Cascade);
    }
}
