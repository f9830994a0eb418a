using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Reviews;

namespace MlHub.Notifications;

/// <summary>
/// Who hears of an event, decided when it is told: those who follow, those who are named, those who may decide. Never the one
/// who did it, and never anybody who may not read the model.
/// </summary>
internal sealed class FanOut(HubDb db, CancellationToken cancel)
{
    private static readonly string[] Following =
    [
        EventKinds.CommentCreated, EventKinds.RequestOpened, EventKinds.RequestEndorsed, EventKinds.RequestApproved, EventKinds.RequestRejected,
        EventKinds.RequestCancelled, EventKinds.VersionMoved,
    ];

    /// <summary>What is told to whom the event names as the owner, and to nobody else.</summary>
    private static readonly string[] Owned = [EventKinds.WebhookDisabled, EventKinds.BatchFinished, EventKinds.BatchFailed, EventKinds.BatchStopped];

    /// <summary>What changes for those who call the model.</summary>
    private static readonly string[] Serving =
    [
        EventKinds.ServingEnabled, EventKinds.ServingDisabled, EventKinds.ServingFailed, EventKinds.TrafficSet, EventKinds.TrafficEnded, EventKinds.CanaryRolledBack, EventKinds.CaptureSet,
        EventKinds.ServingPythonTrusted, EventKinds.ServingPythonDistrusted, EventKinds.DeploymentDone, EventKinds.DeploymentFailed, EventKinds.DeploymentRemoved,
    ];

    /// <summary>The kinds that are looked at; nothing else is read.</summary>
    public static readonly string[] Kinds =
        [.. Following, EventKinds.ModelCreated, EventKinds.VersionCreated, EventKinds.VersionFailed, EventKinds.CommentUpdated, EventKinds.CheckReported, .. Serving, .. Owned];

    public async Task TellAsync(HubEvent row)
    {
        if (Owned.Contains(row.Kind))
        {
            await TellOwnerAsync(row, new EventFacts(row));
            return;
        }

        if (await db.RegisteredModels.AsNoTracking().FirstOrDefaultAsync(m => m.Id == row.ModelId, cancel) is not { } model)
        {
            return;
        }

        var versionId = await db.ModelVersions.Where(v => v.ModelId == model.Id && v.Number == row.Version).Select(v => (long?)v.Id).FirstOrDefaultAsync(cancel);
        var facts = new EventFacts(row);
        await FollowAsync(row, facts, model.Id, versionId);
        var named = await NamedAsync(row, facts, model.Id);
        var audience = IsTold(row, facts) ? await AudienceAsync(row, facts, model.Id, versionId) : [];
        foreach (var user in named.Concat(audience.Except(named)).Where(u => u != row.ActorId))
        {
            var isNamed = named.Contains(user);
            db.Add(new Notification
            {
                UserId = user,
                EventId = row.Id,
                Kind = isNamed ? Notification.Mention : row.Kind,
                At = row.At,
                Actor = row.Actor,
                ModelId = model.Id,
                Version = row.Version,
                Text = isNamed ? NotificationText.OfMention(row, facts, model.Name) : NotificationText.Of(row, facts, model.Name),
            });
        }

        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Whoever owns a webhook hears that it was given up; whoever made a batch job hears of its end.</summary>
    private async Task TellOwnerAsync(HubEvent row, EventFacts facts)
    {
        if (Guid.TryParse(facts.After("owner"), out var owner) && owner != row.ActorId && await db.Users.AnyAsync(u => u.Id == owner, cancel))
        {
            db.Add(new Notification { UserId = owner, EventId = row.Id, Kind = row.Kind, At = row.At, Actor = row.Actor, ModelId = row.ModelId, Version = row.Version, Text = NotificationText.OfOwned(row, facts) });
            await db.SaveChangesAsync(cancel);
        }
    }

    /// <summary>An approval tells of its move itself; of checks only failures are news, of served versions only that one was given up: the others are back in seconds.</summary>
    private static bool IsTold(HubEvent row, EventFacts facts) => row.Kind switch
    {
        EventKinds.ModelCreated or EventKinds.CommentUpdated => false,
        EventKinds.VersionMoved => facts.After("requestId") is null,
        EventKinds.CheckReported => facts.After("state") is { } state && state.Equals(nameof(CheckState.Failed), StringComparison.OrdinalIgnoreCase),
        EventKinds.ServingFailed => facts.After("state") == nameof(Scoring.Workers.ScorerStatus.Failed),
        _ => true,
    };

    /// <summary>Who makes a model hears all of it, who takes part in a version hears of that; unless they said otherwise before.</summary>
    private async Task FollowAsync(HubEvent row, EventFacts facts, long modelId, long? versionId)
    {
        if (row.ActorId is not { } actor || !await db.Users.AnyAsync(u => u.Id == actor && !u.IsServiceAccount, cancel))
        {
            return;
        }

        if (row.Kind == EventKinds.ModelCreated && !await db.ModelFollows.AnyAsync(f => f.UserId == actor && f.ModelId == modelId, cancel))
        {
            db.Add(new ModelFollow { UserId = actor, ModelId = modelId, Level = FollowLevel.All });
        }

        if (Following.Contains(row.Kind) && facts.After("systemComment") is null && versionId is { } version
            && !await db.VersionFollows.AnyAsync(f => f.UserId == actor && f.VersionId == version, cancel))
        {
            db.Add(new VersionFollow { UserId = actor, VersionId = version, IsFollowing = true });
        }

        await db.SaveChangesAsync(cancel);
    }

    private async Task<List<Guid>> NamedAsync(HubEvent row, EventFacts facts, long modelId)
    {
        var names = row.Kind is EventKinds.CommentCreated or EventKinds.CommentUpdated ? Mentions.In(facts.After("text")).Except(Mentions.In(facts.Before("text"))).ToList() : [];
        return names.Count == 0
            ? []
            : await db.PeopleWho(modelId, RegistryPermission.Read).Where(u => names.Contains(u.NormalizedUserName!)).Select(u => u.Id).ToListAsync(cancel);
    }

    private async Task<HashSet<Guid>> AudienceAsync(HubEvent row, EventFacts facts, long modelId, long? versionId)
    {
        var audience = await db.PeopleWho(modelId, RegistryPermission.Read).Where(u =>
                (db.ModelFollows.Any(f => f.UserId == u.Id && f.ModelId == modelId && f.Level == FollowLevel.All)
                    && !db.VersionFollows.Any(f => f.UserId == u.Id && f.VersionId == versionId && !f.IsFollowing))
                || (db.VersionFollows.Any(f => f.UserId == u.Id && f.VersionId == versionId && f.IsFollowing)
                    && !db.ModelFollows.Any(f => f.UserId == u.Id && f.ModelId == modelId && f.Level == FollowLevel.Muted)))
            .Select(u => u.Id).ToHashSetAsync(cancel);
        if (row.Kind == EventKinds.RequestOpened && facts.AfterStage("toStage") is { } to)
        {
            audience.UnionWith(await DecidersAsync(facts.AfterStage("fromStage") ?? Stage.None, to, modelId));
        }

        if (row.Kind == EventKinds.CanaryRolledBack && facts.AfterNumber("id") is { } rule)
        {
            audience.UnionWith(await db.PeopleWho(modelId, RegistryPermission.Read).Where(u => db.TrafficRules.Any(r => r.Id == rule && r.CreatedBy == u.Id)).Select(u => u.Id).ToListAsync(cancel));
        }

        // Whoever asked for a deployment waits for its end.
        if (row.Kind is EventKinds.DeploymentDone or EventKinds.DeploymentFailed or EventKinds.DeploymentRemoved && Guid.TryParse(facts.After("owner"), out var owner))
        {
            audience.UnionWith(await db.PeopleWho(modelId, RegistryPermission.Read).Where(u => u.Id == owner).Select(u => u.Id).ToListAsync(cancel));
        }

        return audience;
    }

    private async Task<List<Guid>> DecidersAsync(Stage from, Stage to, long modelId)
    {
        var able = db.PeopleWho(modelId, RegistryAccess.NeededToMove(from, to))
            .Where(u => !db.ModelFollows.Any(f => f.UserId == u.Id && f.ModelId == modelId && f.Level == FollowLevel.Muted));
        var policy = await db.PolicyOrNullAsync(modelId, to, cancel);
        if (policy is { ApproverUsers.Count: > 0 } or { ApproverGroups.Count: > 0 })
        {
            var (users, groups) = (policy.ApproverUsers.Select(u => u.ToUpperInvariant()).ToList(), policy.ApproverGroups.Select(g => g.ToUpperInvariant()).ToList());
            able = able.Where(u => users.Contains(u.NormalizedUserName!)
                || db.GroupMembers.Any(m => m.UserId == u.Id && db.Groups.Any(g => g.Id == m.GroupId && groups.Contains(g.NormalizedName))));
        }

        return await able.Select(u => u.Id).ToListAsync(cancel);
    }
}
