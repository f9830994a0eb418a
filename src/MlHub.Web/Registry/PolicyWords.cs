using System.Globalization;
using System.Text.Json;
using MlHub.Reviews;

namespace MlHub.Web.Registry;

/// <summary>A policy in short sentences.</summary>
public static class PolicyWords
{
    /// <summary>The same of a policy as the past kept it.</summary>
    public static IEnumerable<string> Of(JsonElement policy) => Of(policy.Deserialize<PromotionPolicy>(JsonSerializerOptions.Web));

    public static IEnumerable<string> Of(PromotionPolicy? policy)
    {
        if (policy is null)
        {
            return ["No policy"];
        }

        List<string?> words =
        [
            policy.Approvals > 0 ? $"{policy.Approvals} approval{(policy.Approvals == 1 ? "" : "s")}" : null,
            policy.FourEyes ? "four eyes" : null,
            policy.ApproverUsers.Count + policy.ApproverGroups.Count > 0 ? $"by {string.Join(", ", [.. policy.ApproverUsers, .. policy.ApproverGroups])}" : null,
            .. policy.RequiredTags.Select(t => $"{t.Key}={t.Value}"),
            .. policy.RequiredChecks.Select(c => $"check {c.Name}"),
            policy.AllowRemovedInputs ? "inputs may be removed" : null,
            .. policy.FreezeWindows.Select(f => string.Create(CultureInfo.InvariantCulture, $"frozen {f.From:yyyy-MM-dd} to {f.Until:yyyy-MM-dd}")),
            .. policy.WeeklyFreezes.Select(f => string.Create(
                CultureInfo.InvariantCulture, $"frozen {string.Join(", ", f.Days.Select(d => d.ToString()[..3]))} {f.From:HH\\:mm}–{f.Until:HH\\:mm} UTC")),
        ];
        return words.OfType<string>().DefaultIfEmpty("A policy without rules");
    }
}
