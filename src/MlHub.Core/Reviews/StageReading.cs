using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Registry;

namespace MlHub.Reviews;

/// <summary>Reads policies and what they are held against.</summary>
internal static class StageReading
{
    public static async Task<PromotionPolicy?> PolicyOrNullAsync(this HubDb db, long modelId, Stage stage, CancellationToken cancel) =>
        (await db.Policies.AsNoTracking().FirstOrDefaultAsync(p => p.ModelId == modelId && p.Stage == stage, cancel))?.Read();

    public static PromotionPolicy Read(this StoredPolicy stored) =>
        JsonSerializer.Deserialize<PromotionPolicy>(stored.Json, JsonSerializerOptions.Web)!;

    /// <summary>How the rules of a stage stand for a version; <paramref name="decider"/> is null for somebody without the right, who only looks.</summary>
    public static async Task<PolicyVerdict> VerdictAsync(
        this HubDb db, FoundVersion found, Stage to, string requester, IEnumerable<Approval> approvals, Caller? decider, DateTimeOffset now, CancellationToken cancel)
    {
        if (await db.PolicyOrNullAsync(found.Model.Id, to, cancel) is not { } policy)
        {
            return PolicyVerdict.NoRules;
        }

        var needed = RegistryAccess.NeededToMove(found.Version.Stage, to);
        List<Approver> approvers = [];
        foreach (var approval in approvals.OrderBy(a => a.At))
        {
            approvers.Add(await db.ApproverAsync(found.Model.Id, approval.UserId, approval.UserName, needed, cancel));
        }

        return PolicyRules.Evaluate(policy, new(
            now,
            requester,
            found.Version.CreatedBy,
            approvers,
            decider is null ? null : await db.ApproverAsync(found.Model.Id, decider.Id, decider.Name, needed, cancel),
            await db.ModelVersionTags.Where(t => t.VersionId == found.Version.Id).ToDictionaryAsync(t => t.Key, t => t.Value, cancel),
            policy.RequiredChecks.Count == 0 ? [] : await db.Checks.AsNoTracking().Where(c => c.VersionId == found.Version.Id).ToListAsync(cancel)));
    }

    private static async Task<Approver> ApproverAsync(
        this HubDb db, long modelId, Guid userId, string name, RegistryPermission needed, CancellationToken cancel)
    {
        // A hub in which nobody signs in has one person, who may do everything.
        if (userId == Guid.Empty)
        {
            return new(name, []);
        }

        var user = await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == userId, cancel);
        var has = user is null or { IsDisabled: true } ? RegistryPermission.None : await db.PermissionOnModelAsync(user.AsCaller(), modelId, cancel);
        var groups = await db.GroupMembers.Where(m => m.UserId == userId).Join(db.Groups, m => m.GroupId, g => g.Id, (_, g) => g.Name).ToListAsync(cancel);
        return new(name, groups, has >= needed);
    }
}
