using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MlHub.Events;

internal sealed class EventsMapping : IEntityTypeConfiguration<HubEvent>
{
    public void Configure(EntityTypeBuilder<HubEvent> row)
    {
        row.ToTable("events");
        row.Property(e => e.Actor).HasMaxLength(Limits.UserName);
        row.Property(e => e.Kind).HasMaxLength(64).IsUnicode(false);
        row.Property(e => e.Subject).HasMaxLength(512);
        row.HasIndex(e => new { e.ExperimentId, e.Id });
    }
}
