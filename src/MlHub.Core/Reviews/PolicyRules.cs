using System.Globalization;

namespace MlHub.Reviews;

/// <summary>Holds a policy against the facts, rule by rule.</summary>
public static class PolicyRules
{
    public const string Approvals = "approvals";
    public const string FourEyes = "four_eyes";
    public const string Approvers = "approvers";
    public const string Freeze = "freeze";

    public static PolicyVerdict Evaluate(PromotionPolicy policy, PolicyFacts facts)
    {
        List<RuleResult> rules = [];
        var limited = policy.ApproverUsers.Count + policy.ApproverGroups.Count > 0;
        // Both rules speak of who says yes, so somebody has to.
        if (Math.Max(policy.Approvals, policy.FourEyes || limited ? 1 : 0) is > 0 and var needed)
        {
            rules.Add(CountApprovals(policy, facts, needed));
        }

        if (policy.FourEyes)
        {
            rules.Add(LookForFourEyes(facts));
        }

        if (limited)
        {
            rules.Add(LookForApprover(policy, facts));
        }

        rules.AddRange(policy.RequiredTags.Select(t => LookForTag(t, facts.Tags)));
        rules.AddRange(policy.RequiredChecks.Select(c => LookForCheck(c, facts.Checks)));
        if (policy.FreezeWindows.Count + policy.WeeklyFreezes.Count > 0)
        {
            rules.Add(LookForFreeze(policy, facts.Now));
        }

        return new(rules);
    }

    private static RuleResult CountApprovals(PromotionPolicy policy, PolicyFacts facts, int needed)
    {
        var counted = facts.Approvals.Where(a => a.HasRight && IsListed(policy, a) && !(policy.FourEyes && IsInvolved(facts, a.Name)))
            .Select(a => a.Name).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var names = counted.Count == 0 ? "" : $": {string.Join(", ", counted)}";
        return new(Approvals, counted.Count >= needed, $"{counted.Count} of {needed} approval{(needed == 1 ? "" : "s")}{names}");
    }

    private static RuleResult LookForFourEyes(PolicyFacts facts) => facts.Decider switch
    {
        { } decider when Same(decider.Name, facts.Requester) => new(FourEyes, false, $"{decider.Name} asked for this and cannot approve it too"),
        { } decider when Same(decider.Name, facts.Author) => new(FourEyes, false, $"{decider.Name} made this version and cannot approve it"),
        _ when Same(facts.Requester, facts.Author) => new(FourEyes, true, $"Somebody other than {facts.Requester} decides"),
        _ => new(FourEyes, true, $"Somebody other than {facts.Requester}, who asked, and {facts.Author}, who made the version, decides"),
    };

    private static RuleResult LookForApprover(PromotionPolicy policy, PolicyFacts facts)
    {
        var listed = string.Join(", ", policy.ApproverUsers.Concat(policy.ApproverGroups.Select(g => $"group {g}")));
        return facts.Decider is { } decider && !IsListed(policy, decider)
            ? new(Approvers, false, $"{decider.Name} is not among those who may approve: {listed}")
            : new(Approvers, true, $"To be approved by: {listed}");
    }

    private static RuleResult LookForTag(RequiredTag tag, IReadOnlyDictionary<string, string> tags)
    {
        var has = tags.GetValueOrDefault(tag.Key);
        return new($"tag {tag.Key}", has == tag.Value, has switch
        {
            null => $"The version has no tag {tag.Key}; it must be {tag.Value}",
            _ when has == tag.Value => $"{tag.Key} is {tag.Value}",
            _ => $"{tag.Key} is {Tracking.LogRules.Shown(has)}; it must be {tag.Value}",
        });
    }

    private static RuleResult LookForCheck(RequiredCheck required, IReadOnlyList<Check> checks)
    {
        var rule = $"check {required.Name}";
        return checks.FirstOrDefault(c => c.Name == required.Name) switch
        {
            null => new(rule, false, "Not reported yet"),
            { State: not CheckState.Passed } check => new(rule, false, $"{check.State}{(check.Summary.Length > 0 ? $": {check.Summary}" : "")}"),
            { } check when required.Reporter is { } reporter && !Same(check.ReportedBy, reporter) =>
                new(rule, false, $"Reported by {check.ReportedBy}; only what {reporter} reports counts"),
            { } check => new(rule, true, check.Summary.Length > 0 ? $"Passed: {check.Summary}" : "Passed"),
        };
    }

    private static RuleResult LookForFreeze(PromotionPolicy policy, DateTimeOffset now)
    {
        var active = policy.FreezeWindows.Where(w => w.From <= now && now < w.Until).Select(w => (w.Until, w.Reason))
            .Concat(policy.WeeklyFreezes.Select(w => (Until: w.EndOrNull(now), w.Reason)).Where(w => w.Until is not null).Select(w => (w.Until!.Value, w.Reason)))
            .OrderByDescending(w => w.Item1).FirstOrDefault();
        return active.Item1 == default
            ? new(Freeze, true, "No freeze now")
            : new(Freeze, false, string.Create(CultureInfo.InvariantCulture, $"Frozen until {active.Item1.ToUniversalTime():yyyy-MM-dd HH:mm} UTC{(active.Reason.Length > 0 ? $": {active.Reason}" : "")}"));
    }

    private static bool IsListed(PromotionPolicy policy, Approver approver) =>
        policy.ApproverUsers.Count + policy.ApproverGroups.Count == 0
        || policy.ApproverUsers.Contains(approver.Name, StringComparer.OrdinalIgnoreCase)
        || policy.ApproverGroups.Intersect(approver.Groups, StringComparer.OrdinalIgnoreCase).Any();

    private static bool IsInvolved(PolicyFacts facts, string name) => Same(name, facts.Requester) || Same(name, facts.Author);

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
