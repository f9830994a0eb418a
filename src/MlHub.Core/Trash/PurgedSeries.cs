using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MlHub.Trash;

/// <summary>
/// A metric's series whose run is gone for ever, while its points are still to be removed: the work that is left, which survives
/// the process. Ids of series are never given again.
/// </summary>
public sealed class PurgedSeries
{
    public required long SeriesId { get; init; }

    /// <summary>How many points it had when its run went.</summary>
    public required long Points { get; init; }
}

internal sealed class TrashMapping : IEntityTypeConfiguration<PurgedSeries>
{
    public void Configure(EntityTypeBuilder<PurgedSeries> purged)
    {
        purged.ToTable("purged_series");
        purged.HasKey(p => p.SeriesId);
        purged.Property(p => p.SeriesId).ValueGeneratedNever();
    }
}
