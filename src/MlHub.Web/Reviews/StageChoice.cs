using MlHub.Registry;
using MlHub.Reviews;

namespace MlHub.Web.Reviews;

/// <summary>
/// A line of the stage menu: to move a version at once or to ask for it. What the policy forbids stays in the menu, with
/// the reason; a manager may choose it all the same and say why.
/// </summary>
public sealed record StageChoice(Stage To, bool IsRequest, string? Forbidden = null, bool CanOverride = false)
{
    public string Verb => IsRequest ? "Request transition to" : "Transition to";

    /// <summary>What somebody may choose for the version, in the order of the stages.</summary>
    public static IReadOnlyList<StageChoice> Of(VersionDetails found, IReadOnlyList<StagePolicy> policies, IReadOnlyList<Check> checks, string caller, DateTimeOffset now)
    {
        var from = found.Version.Stage;
        var unready = found.Version.Status == VersionStatus.Ready ? null : "Its files are not all there.";
        return [.. Stages.All.Where(to => to != from).SelectMany(Choices)];

        IEnumerable<StageChoice> Choices(Stage to)
        {
            var mayMove = found.Permission >= RegistryAccess.NeededToMove(from, to);
            var forbidden = unready ?? UnmetOrNull(policies.FirstOrDefault(p => p.Stage == to)?.Policy);
            if (mayMove)
            {
                yield return new(to, IsRequest: false, forbidden, CanOverride: forbidden is not null && unready is null && found.Permission >= RegistryPermission.Manage);
            }

            if (!mayMove || forbidden is not null)
            {
                yield return new(to, IsRequest: true, unready);
            }
        }

        // Moving at once is asking and approving in one: what one person cannot do alone is forbidden. Whether they are in a
        // group that may approve is left to the operation.
        string? UnmetOrNull(PromotionPolicy? policy)
        {
            if (policy is null)
            {
                return null;
            }

            var self = new Approver(caller, policy.ApproverGroups);
            var tags = found.Version.Tags.ToDictionary(t => t.Key, t => t.Value);
            var unmet = PolicyRules.Evaluate(policy, new(now, caller, found.Version.CreatedBy, [self], self, tags, checks)).Unmet.ToList();
            return unmet.Count == 0 ? null : $"The policy is not met: {string.Join(", ", unmet.Select(r => RuleWords.Title(r.Rule)))}.";
        }
    }
}
