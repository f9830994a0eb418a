using MlHub.Reviews;

namespace MlHub.Core.Tests.Reviews;

public sealed class PolicyRulesTests
{
    /// <summary>A Thursday.</summary>
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly PolicyFacts Facts = new(Noon, "ann", "amy", [], null, new Dictionary<string, string>(), []);

    [Fact]
    public void A_policy_that_asks_for_nothing_is_met()
    {
        var verdict = PolicyRules.Evaluate(new(), Facts);

        Assert.True(verdict.IsMet);
        Assert.Empty(verdict.Rules);
    }

    [Theory]
    [InlineData("", false, "0 of 2 approvals")]
    [InlineData("bob", false, "1 of 2 approvals: bob")]
    [InlineData("bob,BOB", false, "1 of 2 approvals: bob")]
    [InlineData("bob,cleo", true, "2 of 2 approvals: bob, cleo")]
    public void Approvals_are_counted_by_person(string people, bool isMet, string detail)
    {
        var approvals = people.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(n => new Approver(n, [])).ToList();

        var rule = Assert.Single(PolicyRules.Evaluate(new() { Approvals = 2 }, Facts with { Approvals = approvals }).Rules);

        Assert.Equal((PolicyRules.Approvals, isMet, detail), (rule.Rule, rule.IsMet, rule.Detail));
    }

    [Fact]
    public void An_approval_by_somebody_who_lost_the_right_counts_no_more() =>
        Assert.False(PolicyRules.Evaluate(new() { Approvals = 1 }, Facts with { Approvals = [new("bob", [], HasRight: false)] }).IsMet);

    [Theory]
    [InlineData("ann", false)]
    [InlineData("ANN", false)]
    [InlineData("amy", false)]
    [InlineData("bob", true)]
    public void Under_four_eyes_neither_who_asked_nor_the_author_decides(string decider, bool isMet)
    {
        var verdict = PolicyRules.Evaluate(new() { FourEyes = true }, Facts with { Decider = new(decider, []), Approvals = [new(decider, [])] });

        Assert.Equal(isMet, verdict.IsMet);
        Assert.Equal(isMet, verdict.Rules.Single(r => r.Rule == PolicyRules.FourEyes).IsMet);
        Assert.Equal(isMet, verdict.Rules.Single(r => r.Rule == PolicyRules.Approvals).IsMet);
    }

    [Theory]
    [InlineData("bob", "", true)]
    [InlineData("cleo", "release", true)]
    [InlineData("cleo", "other", false)]
    public void Only_those_listed_approve_in_person_or_through_a_group(string decider, string group, bool isMet)
    {
        var approver = new Approver(decider, [group]);

        var verdict = PolicyRules.Evaluate(
            new() { ApproverUsers = ["bob"], ApproverGroups = ["Release"] }, Facts with { Decider = approver, Approvals = [approver] });

        Assert.Equal(isMet, verdict.IsMet);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("failed", false)]
    [InlineData("Passed", false)]
    [InlineData("passed", true)]
    public void A_required_tag_must_have_just_that_value(string? value, bool isMet)
    {
        var tags = value is null ? new Dictionary<string, string>() : new() { ["gdpr_review"] = value };

        var rule = Assert.Single(PolicyRules.Evaluate(new() { RequiredTags = [new("gdpr_review", "passed")] }, Facts with { Tags = tags }).Rules);

        Assert.Equal(("tag gdpr_review", isMet), (rule.Rule, rule.IsMet));
    }

    [Theory]
    [InlineData(null, "ci", false)]
    [InlineData(CheckState.Pending, "ci", false)]
    [InlineData(CheckState.Failed, "ci", false)]
    [InlineData(CheckState.Passed, "ann", false)]
    [InlineData(CheckState.Passed, "ci", true)]
    public void A_required_check_must_have_passed_as_its_reporter_said(CheckState? state, string reporter, bool isMet)
    {
        List<Check> checks = state is null ? [] : [new() { VersionId = 1, Name = "bias", State = state.Value, ReportedBy = reporter, CreatedAt = Noon, UpdatedAt = Noon }];

        var rule = Assert.Single(PolicyRules.Evaluate(new() { RequiredChecks = [new("bias", "ci")] }, Facts with { Checks = checks }).Rules);

        Assert.Equal(("check bias", isMet), (rule.Rule, rule.IsMet));
    }

    [Theory]
    [InlineData(-1, 1, false)]
    [InlineData(0, 1, false)]
    [InlineData(-1, 0, true)]
    [InlineData(1, 2, true)]
    public void Within_a_freeze_nothing_moves_and_its_end_is_told(int from, int until, bool isMet)
    {
        var policy = new PromotionPolicy { FreezeWindows = [new(Noon.AddHours(from), Noon.AddHours(until), "year end")] };

        var rule = Assert.Single(PolicyRules.Evaluate(policy, Facts).Rules);

        Assert.Equal(isMet, rule.IsMet);
        Assert.Equal(isMet ? "No freeze now" : $"Frozen until {Noon.AddHours(until):yyyy-MM-dd HH:mm} UTC: year end", rule.Detail);
    }

    [Theory]
    [InlineData(DayOfWeek.Thursday, "11:00", "13:00", "2026-01-01 13:00")]
    [InlineData(DayOfWeek.Thursday, "12:00", "12:00", "2026-01-02 12:00")]
    [InlineData(DayOfWeek.Wednesday, "20:00", "12:30", "2026-01-01 12:30")]
    [InlineData(DayOfWeek.Wednesday, "20:00", "12:00", null)]
    [InlineData(DayOfWeek.Wednesday, "11:00", "13:00", null)]
    [InlineData(DayOfWeek.Thursday, "13:00", "12:30", null)]
    public void A_weekly_freeze_may_last_past_midnight(DayOfWeek day, string from, string until, string? frozenUntil)
    {
        var freeze = new WeeklyFreeze([day], TimeOnly.Parse(from, null), TimeOnly.Parse(until, null), "");

        Assert.Equal(frozenUntil, freeze.EndOrNull(Noon)?.ToString("yyyy-MM-dd HH:mm", null));
    }

    [Fact]
    public void The_refusal_names_each_unmet_rule()
    {
        var verdict = PolicyRules.Evaluate(new() { Approvals = 1, RequiredTags = [new("a", "b")] }, Facts);

        Assert.Equal("approvals: 0 of 1 approval; tag a: The version has no tag a; it must be b", verdict.ToString());
        Assert.Equal(["tag a"], verdict.Blocking.Select(r => r.Rule));
    }
}
