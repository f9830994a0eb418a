using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Web.Registry;

namespace MlHub.Web.Tests.Registry;

public sealed class PolicyDraftTests
{
    [Fact]
    public void What_nobody_touched_stays_as_it_was()
    {
        var policy = new PromotionPolicy
        {
            Approvals = 2,
            FourEyes = true,
            ApproverUsers = ["ann", "bob"],
            ApproverGroups = ["risk"],
            RequiredTags = [new("gdpr_review", "passed")],
            RequiredChecks = [new(BuiltInChecks.Schema), new("fairness", "bot")],
            FreezeWindows = [new(new(2026, 12, 20, 0, 0, 0, TimeSpan.Zero), new(2027, 1, 3, 0, 0, 0, TimeSpan.Zero), "holidays")],
            WeeklyFreezes = [new([DayOfWeek.Sunday, DayOfWeek.Saturday], new(0, 0), new(23, 59), "weekend")],
            MetricTolerance = 0.015,
            Metrics = [new("latency", LowerIsBetter: true)],
        };

        var kept = PolicyDraft.Of(Stage.Production, policy).ToPolicy();

        Assert.Equivalent(policy, kept, strict: true);
    }

    [Fact]
    public void Rows_that_were_never_filled_in_are_left_out()
    {
        var draft = PolicyDraft.Of(Stage.Production, null);
        draft.Tags.Add(new());
        draft.Checks.Add(new() { Name = " " });
        draft.Weeks.Add(new([]));

        var policy = draft.ToPolicy();

        Assert.Empty(policy.RequiredTags);
        Assert.Empty(policy.RequiredChecks);
        Assert.Empty(policy.WeeklyFreezes);
    }
}
