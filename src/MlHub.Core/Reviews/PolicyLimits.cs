using MlHub.Tracking;

namespace MlHub.Reviews;

/// <summary>What a policy may say.</summary>
internal static class PolicyLimits
{
    private const double MostTolerance = 10;

    /// <exception cref="HubException">Invalid, naming the field.</exception>
    public static void Check(PromotionPolicy policy)
    {
        Require(policy.Approvals is >= 0 and <= Limits.PolicyApprovals, "approvals", $"must be from 0 to {Limits.PolicyApprovals}");
        RequireFew(policy.ApproverUsers, "approvers.users");
        RequireFew(policy.ApproverGroups, "approvers.groups");
        RequireFew(policy.RequiredTags, "required_tags");
        RequireFew(policy.RequiredChecks, "required_checks");
        RequireFew(policy.FreezeWindows, "freeze_windows");
        RequireFew(policy.WeeklyFreezes, "weekly_freezes");
        RequireFew(policy.Metrics, "metrics");
        Require(
            policy.ApproverGroups.Count > 0 || policy.ApproverUsers.Count == 0 || policy.ApproverUsers.Distinct(StringComparer.OrdinalIgnoreCase).Count() >= policy.Approvals,
            "approvals", "asks for more people than may approve");
        foreach (var tag in policy.RequiredTags)
        {
            LogRules.CheckKey(tag.Key, "required_tags.key");
            LogRules.CheckLength(tag.Value, Limits.TagValue, "required_tags.value");
        }

        foreach (var check in policy.RequiredChecks)
        {
            CheckNames.Check(check.Name);
            Require(!check.Name.StartsWith(BuiltInChecks.Prefix, StringComparison.Ordinal) || BuiltInChecks.All.Contains(check.Name), "required_checks", $"MlHub has no check '{LogRules.Shown(check.Name)}' of its own");
            LogRules.CheckLength(check.Reporter ?? "", Limits.UserName, "required_checks.reporter");
        }

        Require(policy.FreezeWindows.All(w => w.From < w.Until), "freeze_windows", "must begin before they end");
        Require(policy.WeeklyFreezes.All(w => w.Days.Count is > 0 and <= 7), "weekly_freezes", "a weekly freeze needs its days");
        foreach (var reason in policy.FreezeWindows.Select(w => w.Reason).Concat(policy.WeeklyFreezes.Select(w => w.Reason)))
        {
            LogRules.CheckLength(reason, Limits.FreezeReason, "freeze_windows.reason");
        }

        Require(IsTolerance(policy.MetricTolerance), "metric_tolerance", $"must be from 0 to {MostTolerance}");
        foreach (var metric in policy.Metrics)
        {
            LogRules.CheckKey(metric.Metric, "metrics.metric");
            Require(metric.Tolerance is not { } tolerance || IsTolerance(tolerance), "metrics", $"a tolerance must be from 0 to {MostTolerance}");
        }
    }

    private static bool IsTolerance(double value) => value is >= 0 and <= MostTolerance;

    private static void RequireFew<T>(IReadOnlyList<T> list, string field) =>
        Require(list.Count <= Limits.PolicyEntries, field, $"at most {Limits.PolicyEntries} entries are taken");

    private static void Require(bool holds, string field, string otherwise)
    {
        if (!holds)
        {
            throw HubException.Invalid($"Invalid value for parameter '{field}' supplied: {otherwise}.");
        }
    }
}
