using System.Globalization;
using MlHub.Protocol.Reviews;
using MlHub.Protocol.Tracking;
using MlHub.Reviews;
using MlHub.Web.Api;
using MlHub.Web.Tracking;

namespace MlHub.Web.Reviews;

/// <summary>Between a policy and its message.</summary>
public static class PolicyMapping
{
    private const string TimeOfDay = "HH\\:mm";

    /// <summary>MlHub's own checks are a list of their own on the wire, without their prefix.</summary>
    public static PolicyMessage ToMessage(this PromotionPolicy policy)
    {
        var own = policy.RequiredChecks.ToLookup(c => c.Name.StartsWith(BuiltInChecks.Prefix, StringComparison.Ordinal));
        return new(
            policy.Approvals,
            policy.FourEyes,
            policy.ApproverUsers.Count + policy.ApproverGroups.Count == 0 ? null : new(policy.ApproverUsers.ToList().OrNull(), policy.ApproverGroups.ToList().OrNull()),
            policy.RequiredTags.Select(t => new TagMessage(t.Key, t.Value)).ToList().OrNull(),
            own[false].Select(c => new RequiredCheckMessage(c.Name, c.Reporter)).ToList().OrNull(),
            own[true].Select(c => c.Name[BuiltInChecks.Prefix.Length..]).ToList().OrNull(),
            policy.FreezeWindows.Select(w => new FreezeWindowMessage(w.From.ToUnixTimeMilliseconds(), w.Until.ToUnixTimeMilliseconds(), w.Reason)).ToList().OrNull(),
            policy.WeeklyFreezes.Select(w => new WeeklyFreezeMessage([.. w.Days.Select(d => d.ToString())], Text(w.From), Text(w.Until), w.Reason)).ToList().OrNull(),
            policy.MetricTolerance,
            policy.Metrics.Select(m => new MetricRuleMessage(m.Metric, m.LowerIsBetter, m.Tolerance)).ToList().OrNull(),
            policy.AllowRemovedInputs);
    }

    /// <exception cref="HubException">Invalid, naming the field.</exception>
    public static PromotionPolicy ToPolicy(this PolicyMessage message) => new()
    {
        Approvals = (int)Math.Clamp(message.Approvals ?? 0, int.MinValue, int.MaxValue),
        FourEyes = message.FourEyes ?? false,
        ApproverUsers = message.Approvers?.Users.Entries("approvers.users") ?? [],
        ApproverGroups = message.Approvers?.Groups.Entries("approvers.groups") ?? [],
        RequiredTags = [.. message.RequiredTags.AsPairs("required_tags").Select(t => new RequiredTag(t.Key, t.Value))],
        RequiredChecks =
        [
            .. Each(message.RequiredChecks, "required_checks", c => new RequiredCheck(Needed.Text(c.Name, "required_checks.name"), c.Reporter)),
            .. message.BuiltInChecks.Entries("built_in_checks").Select(BuiltIn),
        ],
        FreezeWindows = Each(message.FreezeWindows, "freeze_windows", w => new FreezeWindow(
            Instant(w.From, "freeze_windows.from"), Instant(w.Until, "freeze_windows.until"), w.Reason ?? "")),
        WeeklyFreezes = Each(message.WeeklyFreezes, "weekly_freezes", w => new WeeklyFreeze(
            [.. w.Days.Entries("weekly_freezes.days").Select(Day).Distinct()], Time(w.From, "weekly_freezes.from"), Time(w.Until, "weekly_freezes.until"), w.Reason ?? "")),
        AllowRemovedInputs = message.AllowRemovedInputs ?? false,
        MetricTolerance = message.MetricTolerance ?? 0,
        Metrics = Each(message.Metrics, "metrics", m => new MetricRule(Needed.Text(m.Metric, "metrics.metric"), m.LowerIsBetter, m.Tolerance)),
    };

    private static List<TOut> Each<TIn, TOut>(List<TIn>? entries, string field, Func<TIn, TOut> read)
        where TIn : class =>
        entries?.Select((e, i) => read(Needed.Entry(e, $"{field}[{i}]"))).ToList() ?? [];

    private static RequiredCheck BuiltIn(string name) =>
        new(name.StartsWith(BuiltInChecks.Prefix, StringComparison.Ordinal) ? name : BuiltInChecks.Prefix + name);

    private static DateTimeOffset Instant(long? milliseconds, string field) =>
        Needed.Value(milliseconds, field) is >= 0 and <= 253_402_300_799_999 and var instant
            ? DateTimeOffset.FromUnixTimeMilliseconds(instant)
            : throw HubException.Invalid($"Invalid value for parameter '{field}' supplied: It must be milliseconds since 1970.");

    private static DayOfWeek Day(string name) =>
        Enum.GetValues<DayOfWeek>().Cast<DayOfWeek?>().FirstOrDefault(d => d.ToString()!.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw HubException.Invalid($"Invalid value '{MlHub.Tracking.LogRules.Shown(name)}' for parameter 'weekly_freezes.days' supplied: It must be Monday, Tuesday, Wednesday, Thursday, Friday, Saturday or Sunday.");

    private static TimeOnly Time(string? text, string field) =>
        TimeOnly.TryParseExact(Needed.Text(text, field), TimeOfDay, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : throw HubException.Invalid($"Invalid value '{MlHub.Tracking.LogRules.Shown(text!)}' for parameter '{field}' supplied: It must be a time of the day such as 18:30.");

    private static string Text(TimeOnly time) => time.ToString(TimeOfDay, CultureInfo.InvariantCulture);
}
