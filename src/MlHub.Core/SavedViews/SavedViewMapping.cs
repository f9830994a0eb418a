using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MlHub.SavedViews;

internal sealed class SavedViewMapping : IEntityTypeConfiguration<SavedView>
{
    public void Configure(EntityTypeBuilder<SavedView> view)
    {
        view.ToTable("saved_views");
        // 0 is an experiment, not "unknown".
        view.Property(v => v.ExperimentId).HasSentinel(-1);
        view.Property(v => v.Kind).HasMaxLength(Limits.SavedViewKind).IsUnicode(false);
        view.Property(v => v.Name).HasMaxLength(Limits.SavedViewName);
        view.Property(v => v.Owner).HasMaxLength(Limits.UserName);
        view.Property(v => v.State).HasMaxLength(Limits.SavedViewState);
        view.HasIndex(v => new { v.ExperimentId, v.Kind, v.OwnerId, v.Name }).IsUnique();
        view.HasOne<Tracking.Experiment>().WithMany().HasForeignKey(v => v.ExperimentId).OnDelete(DeleteBehavior.Cascade);
    }
}
