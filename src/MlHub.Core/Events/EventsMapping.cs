using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MlHub.Events;

internal sealed class EventsMapping
    : IEntityTypeConfiguration<HubEvent>, IEntityTypeConfiguration<EventLink>, IEntityTypeConfiguration<ListenerPosition>
{
    public void Configure(EntityTypeBuilder<HubEvent> row)
    {
        row.ToTable("events");
        row.Property(e => e.Actor).HasMaxLength(Limits.UserName);
        row.Property(e => e.Kind).HasMaxLength(64).IsUnicode(false);
        row.Property(e => e.Subject).HasMaxLength(512);
        row.Property(e => e.Via).HasMaxLength(64);
        row.Property(e => e.Address).HasMaxLength(64).IsUnicode(false);
        row.Property(e => e.UserAgent).HasMaxLength(Limits.UserAgent);
        row.HasIndex(e => new { e.ExperimentId, e.Id });
        row.HasIndex(e => new { e.ModelId, e.Id });
    }

    public void Configure(EntityTypeBuilder<EventLink> link)
    {
        link.ToTable("event_links");
        link.HasKey(l => l.Seq);
        link.Property(l => l.Seq).ValueGeneratedNever();
        link.Property(l => l.Hash).HasMaxLength(32).IsFixedLength();
        link.HasIndex(l => l.EventId).IsUnique();
        link.HasOne<HubEvent>().WithMany().HasForeignKey(l => l.EventId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<ListenerPosition> position)
    {
        position.ToTable("listener_positions");
        position.HasKey(p => p.Listener);
        position.Property(p => p.Listener).HasMaxLength(64).IsUnicode(false);
    }
}
