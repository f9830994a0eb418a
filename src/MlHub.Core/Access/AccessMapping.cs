using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MlHub.Access;

internal sealed class AccessMapping
    : IEntityTypeConfiguration<HubUser>, IEntityTypeConfiguration<AccessToken>, IEntityTypeConfiguration<ExperimentGrant>,
        IEntityTypeConfiguration<ExperimentGroupGrant>, IEntityTypeConfiguration<Group>, IEntityTypeConfiguration<GroupMember>, IEntityTypeConfiguration<RegistryGrant>,
        IEntityTypeConfiguration<IdentityUserPasskey<Guid>>, IEntityTypeConfiguration<Folder>, IEntityTypeConfiguration<ExperimentFolder>,
        IEntityTypeConfiguration<FolderGrant>, IEntityTypeConfiguration<SignInSession>
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

    public void Configure(EntityTypeBuilder<SignInSession> session)
    {
        session.ToTable("sign_in_sessions");
        session.Property(s => s.Id).HasMaxLength(64).IsUnicode(false);
        session.Property(s => s.Address).HasMaxLength(64);
        session.Property(s => s.UserAgent).HasMaxLength(Limits.UserAgent);
        session.HasIndex(s => s.UserId);
        session.HasIndex(s => s.ExpiresAt);
        session.HasOne<HubUser>().WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Cascade);
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

    public void Configure(EntityTypeBuilder<ExperimentGroupGrant> grant)
    {
        grant.ToTable("experiment_group_grants");
        grant.HasKey(g => new { g.ExperimentId, g.GroupId });
        grant.Property(g => g.ExperimentId).HasSentinel(-1);
        grant.HasIndex(g => g.GroupId);
        grant.HasOne<Tracking.Experiment>().WithMany().HasForeignKey(g => g.ExperimentId).OnDelete(DeleteBehavior.Cascade);
        grant.HasOne<Group>().WithMany().HasForeignKey(g => g.GroupId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<Folder> folder)
    {
        folder.ToTable("folders");
        folder.Property(f => f.Path).HasMaxLength(Limits.ExperimentName);
        folder.HasIndex(f => f.Path).IsUnique();
    }

    public void Configure(EntityTypeBuilder<ExperimentFolder> place)
    {
        place.ToTable("experiment_folders");
        place.HasKey(p => new { p.ExperimentId, p.FolderId });
        place.Property(p => p.ExperimentId).HasSentinel(-1);
        place.HasIndex(p => p.FolderId);
        place.HasOne<Tracking.Experiment>().WithMany().HasForeignKey(p => p.ExperimentId).OnDelete(DeleteBehavior.Cascade);
        place.HasOne<Folder>().WithMany().HasForeignKey(p => p.FolderId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<FolderGrant> grant)
    {
        grant.ToTable("folder_grants");
        grant.HasIndex(g => g.FolderId);
        grant.HasIndex(g => new { g.UserId, g.FolderId });
        grant.HasIndex(g => new { g.GroupId, g.FolderId });
        grant.HasOne<Folder>().WithMany().HasForeignKey(g => g.FolderId).OnDelete(DeleteBehavior.Cascade);
        grant.HasOne<HubUser>().WithMany().HasForeignKey(g => g.UserId).OnDelete(DeleteBehavior.Cascade);
        grant.HasOne<Group>().WithMany().HasForeignKey(g => g.GroupId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<Group> group)
    {
        group.ToTable("groups");
        group.Property(g => g.Name).HasMaxLength(Limits.GroupName);
        group.Property(g => g.NormalizedName).HasMaxLength(Limits.GroupName);
        group.HasIndex(g => g.NormalizedName).IsUnique();
    }

    public void Configure(EntityTypeBuilder<GroupMember> member)
    {
        member.ToTable("group_members");
        member.HasKey(m => new { m.UserId, m.GroupId });
        member.HasIndex(m => m.GroupId);
        member.HasOne<Group>().WithMany().HasForeignKey(m => m.GroupId).OnDelete(DeleteBehavior.Cascade);
        member.HasOne<HubUser>().WithMany().HasForeignKey(m => m.UserId).OnDelete(DeleteBehavior.Cascade);
    }

    /// <summary>As Identity's third schema maps it, with a key that fits into an index of SQL Server.</summary>
    public void Configure(EntityTypeBuilder<IdentityUserPasskey<Guid>> passkey)
    {
        passkey.ToTable("user_passkeys");
        passkey.HasKey(p => p.CredentialId);
        passkey.Property(p => p.CredentialId).HasMaxLength(900);
        passkey.HasIndex(p => p.UserId);
        passkey.OwnsOne(p => p.Data).ToJson("data");
        passkey.HasOne<HubUser>().WithMany().HasForeignKey(p => p.UserId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<RegistryGrant> grant)
    {
        grant.ToTable("registry_grants");
        grant.HasIndex(g => new { g.UserId, g.ModelId });
        grant.HasIndex(g => new { g.GroupId, g.ModelId });
        grant.HasIndex(g => g.ModelId);
        grant.HasOne<Registry.RegisteredModel>().WithMany().HasForeignKey(g => g.ModelId).OnDelete(DeleteBehavior.Cascade);
        grant.HasOne<HubUser>().WithMany().HasForeignKey(g => g.UserId).OnDelete(DeleteBehavior.Cascade);
        grant.HasOne<Group>().WithMany().HasForeignKey(g => g.GroupId).OnDelete(DeleteBehavior.Cascade);
    }
}
