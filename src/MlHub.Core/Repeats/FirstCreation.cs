using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MlHub.Repeats;

/// <summary>What a call made the first time, so that its repetition makes nothing more.</summary>
public sealed class FirstCreation
{
    /// <summary>SHA-256 over who called, what was called, and the key or body that tells the repetition; hexadecimal.</summary>
    public required string Key { get; init; }

    /// <summary>SHA-256 of what was asked for: another wish under the same key is no repetition.</summary>
    public required string WishDigest { get; init; }

    /// <summary>A run's id, or a version's number.</summary>
    public required string Made { get; init; }

    /// <summary>From then on the same call is a new one.</summary>
    public required DateTimeOffset Until { get; init; }
}

internal sealed class RepeatsMapping : IEntityTypeConfiguration<FirstCreation>
{
    public void Configure(EntityTypeBuilder<FirstCreation> first)
    {
        first.ToTable("first_creations");
        first.HasKey(f => f.Key);
        first.Property(f => f.Key).HasColumnName("repeat_key").HasMaxLength(64).IsFixedLength().IsUnicode(false);
        first.Property(f => f.WishDigest).HasMaxLength(64).IsFixedLength().IsUnicode(false);
        first.Property(f => f.Made).HasMaxLength(Limits.RunId).IsUnicode(false);
        first.HasIndex(f => f.Until);
    }
}
