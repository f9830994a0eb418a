using MlHub.Access;
using MlHub.Live;
using MlHub.Registry;

namespace MlHub.Notifications;

/// <summary>What somebody hears of a model and, where one was asked for, whether they follow that version.</summary>
public sealed record FollowState(FollowLevel Level, bool FollowsVersion);

/// <summary>What people want to hear of.</summary>
public sealed class Follows(HubDbFactory hub, LiveFeed feed)
{
    public async Task<FollowState> GetAsync(Caller caller, string model, int? version, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var found = await db.ModelAsync(caller, model, RegistryPermission.Read, cancel);
        var level = (await db.ModelFollows.FindAsync([caller.Id, found.Id], cancel))?.Level ?? FollowLevel.Followed;
        if (version is not { } number)
        {
            return new(level, false);
        }

        var id = (await db.VersionAsync(caller, new(model, number), RegistryPermission.Read, cancel)).Version.Id;
        var row = await db.VersionFollows.FindAsync([caller.Id, id], cancel);
        return new(level, row?.IsFollowing ?? level == FollowLevel.All);
    }

    public async Task SetModelAsync(Caller caller, string model, FollowLevel level, CancellationToken cancel)
    {
        RequirePerson(caller);
        if (!Enum.IsDefined(level))
        {
            throw HubException.Invalid("Invalid value for parameter 'level' supplied: It must be one of ALL, FOLLOWED, MUTED.");
        }

        await hub.WriteAsync(
            async db =>
            {
                var found = await db.ModelAsync(caller, model, RegistryPermission.Read, cancel);
                if (await db.ModelFollows.FindAsync([caller.Id, found.Id], cancel) is { } row)
                {
                    row.Level = level;
                }
                else
                {
                    db.Add(new ModelFollow { UserId = caller.Id, ModelId = found.Id, Level = level });
                }
            },
            cancel);
        feed.Announce(Topics.Inbox(caller.Id));
    }

    /// <summary>Follows a version, or says that one no longer wants to: taking part in it does not follow it again.</summary>
    public async Task SetVersionAsync(Caller caller, VersionKey key, bool isFollowing, CancellationToken cancel)
    {
        RequirePerson(caller);
        await hub.WriteAsync(
            async db =>
            {
                var found = await db.VersionAsync(caller, key, RegistryPermission.Read, cancel);
                if (await db.VersionFollows.FindAsync([caller.Id, found.Version.Id], cancel) is { } row)
                {
                    row.IsFollowing = isFollowing;
                }
                else
                {
                    db.Add(new VersionFollow { UserId = caller.Id, VersionId = found.Version.Id, IsFollowing = isFollowing });
                }
            },
            cancel);
        feed.Announce(Topics.Inbox(caller.Id));
    }

    private static void RequirePerson(Caller caller)
    {
        if (caller.AccountId is null)
        {
            throw HubException.Invalid("Nobody signs in to this hub, so there is no inbox.");
        }
    }
}
