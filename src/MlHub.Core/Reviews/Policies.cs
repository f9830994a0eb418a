using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;

namespace MlHub.Reviews;

/// <summary>A policy and the stage that it guards.</summary>
public sealed record StagePolicy(Stage Stage, PromotionPolicy Policy, string UpdatedBy, DateTimeOffset UpdatedAt);

/// <summary>The rules for entering the stages of a model.</summary>
public sealed class Policies(HubDbFactory hub, TimeProvider clock)
{
    public async Task<PromotionPolicy?> GetAsync(Caller caller, string model, Stage stage, CancellationToken cancel) =>
        (await ListAsync(caller, model, cancel)).FirstOrDefault(p => p.Stage == stage)?.Policy;

    /// <summary>In the order of the stages.</summary>
    public async Task<List<StagePolicy>> ListAsync(Caller caller, string model, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var found = await db.ModelAsync(caller, model, RegistryPermission.Read, cancel);
        var stored = await db.Policies.AsNoTracking().Where(p => p.ModelId == found.Id).OrderBy(p => p.Stage).ToListAsync(cancel);
        return [.. stored.Select(p => new StagePolicy(p.Stage, p.Read(), p.UpdatedBy, p.UpdatedAt))];
    }

    /// <summary>Sets the whole policy of a stage; people and groups are kept under their proper names.</summary>
    public Task<PromotionPolicy> SetAsync(Caller caller, string model, Stage stage, PromotionPolicy policy, CancellationToken cancel)
    {
        PolicyLimits.Check(policy);
        return hub.WriteAsync(
            async db =>
            {
                var found = await db.ModelAsync(caller, model, RegistryPermission.Manage, cancel);
                var named = await WithKnownNamesAsync(db, policy, cancel);
                var now = clock.GetUtcNow();
                var stored = await db.Policies.FirstOrDefaultAsync(p => p.ModelId == found.Id && p.Stage == stage, cancel);
                db.Record(
                    caller, now, EventKinds.PolicySet, found, null,
                    stored is null ? null : new { stage = stage.ToString(), policy = stored.Read() }, new { stage = stage.ToString(), policy = named });
                var json = JsonSerializer.Serialize(named, JsonSerializerOptions.Web);
                if (stored is null)
                {
                    db.Add(new StoredPolicy { ModelId = found.Id, Stage = stage, Json = json, UpdatedBy = caller.Name, UpdatedAt = now });
                }
                else
                {
                    (stored.Json, stored.UpdatedBy, stored.UpdatedAt) = (json, caller.Name, now);
                }

                await db.LookAgainAsync(found.Id, [stage], now, cancel);
                return named;
            },
            cancel);
    }

    public Task DeleteAsync(Caller caller, string model, Stage stage, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                var found = await db.ModelAsync(caller, model, RegistryPermission.Manage, cancel);
                var stored = await db.Policies.FirstOrDefaultAsync(p => p.ModelId == found.Id && p.Stage == stage, cancel)
                    ?? throw HubException.NotFound($"Model {Tracking.LogRules.Shown(model)} has no policy for {stage}.");
                db.Remove(stored);
                db.Record(caller, clock.GetUtcNow(), EventKinds.PolicyDeleted, found, null, new { stage = stage.ToString(), policy = stored.Read() });
            },
            cancel);

    private static async Task<PromotionPolicy> WithKnownNamesAsync(HubDb db, PromotionPolicy policy, CancellationToken cancel)
    {
        List<string> users = [], groups = [];
        foreach (var name in policy.ApproverUsers)
        {
            var normalized = name.ToUpperInvariant();
            users.Add(await db.Users.Where(u => u.NormalizedUserName == normalized).Select(u => u.UserName).FirstOrDefaultAsync(cancel)
                ?? throw HubException.Invalid($"Invalid value for parameter 'approvers.users' supplied: there is no user '{Tracking.LogRules.Shown(name)}'."));
        }

        foreach (var name in policy.ApproverGroups)
        {
            var normalized = name.ToUpperInvariant();
            groups.Add(await db.Groups.Where(g => g.NormalizedName == normalized).Select(g => g.Name).FirstOrDefaultAsync(cancel)
                ?? throw HubException.Invalid($"Invalid value for parameter 'approvers.groups' supplied: there is no group '{Tracking.LogRules.Shown(name)}'."));
        }

        return policy with { ApproverUsers = [.. users.Distinct()], ApproverGroups = [.. groups.Distinct()] };
    }
}
