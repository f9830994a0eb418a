using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Reviews;

namespace MlHub.Core.Tests.Reviews;

/// <summary>Policies where they bite: on approvals and on direct moves.</summary>
public sealed class PromotionPolicyTests
{
    [Fact]
    public async Task The_last_of_several_approvals_moves_the_version()
    {
        await using var scene = await ReviewScene.CreateAsync();
        await scene.GivenPolicyAsync(new() { Approvals = 2 });
        await scene.GivenRequestAsync();

        var first = await scene.ApproveAsync(scene.Bob);
        var again = await scene.ApproveAsync(scene.Bob);

        Assert.Equal("1 of 2 approvals: bob", first.SystemComment);
        Assert.Equal(first, again);
        Assert.Equal(Stage.None, (await scene.StagesAsync())[2]);

        await scene.ApproveAsync(scene.Cleo);

        Assert.Equal(Stage.Production, (await scene.StagesAsync())[2]);
        Assert.Equal([EventKinds.RequestOpened, EventKinds.RequestEndorsed, EventKinds.RequestApproved, EventKinds.VersionMoved], await scene.HistoryAsync());
    }

    [Fact]
    public async Task An_approval_is_void_once_its_giver_lost_the_right()
    {
        await using var scene = await ReviewScene.CreateAsync();
        await scene.GivenPolicyAsync(new() { Approvals = 2 });
        await scene.GivenRequestAsync();
        await scene.ApproveAsync(scene.Bob);
        await scene.Database.Hub.WriteAsync(async db => (await db.RegistryGrants.SingleAsync(g => g.UserId == scene.Bob.Id)).Permission = RegistryPermission.Edit, default);

        var activity = await scene.ApproveAsync(scene.Cleo);

        Assert.Equal("1 of 2 approvals: cleo", activity.SystemComment);
        Assert.Equal(Stage.None, (await scene.StagesAsync())[2]);
    }

    [Fact]
    public async Task Unmet_rules_are_named_and_nothing_moves()
    {
        await using var scene = await ReviewScene.CreateAsync();
        await scene.GivenPolicyAsync(new() { RequiredTags = [new("gdpr_review", "passed")], RequiredChecks = [new("bias", "bob")] });
        await scene.GivenRequestAsync();

        var refusal = await Assert.ThrowsAsync<HubException>(() => scene.ApproveAsync(scene.Bob));

        Assert.Equal(HubError.Denied, refusal.Error);
        Assert.Contains("tag gdpr_review", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("check bias", refusal.Message, StringComparison.Ordinal);

        await scene.Checks.ReportAsync(scene.Bob, ReviewScene.New, new("bias", CheckState.Passed), default);
        await scene.Database.Hub.WriteAsync(async db => (await db.ModelVersions.Include(v => v.Tags).SingleAsync(v => v.Number == 2)).Tags.Add(new() { Key = "gdpr_review", Value = "passed" }), default);
        await scene.ApproveAsync(scene.Bob);

        Assert.Equal(Stage.Production, (await scene.StagesAsync())[2]);
    }

    [Fact]
    public async Task Four_eyes_stop_the_requester_the_author_and_the_direct_move()
    {
        await using var scene = await ReviewScene.CreateAsync();
        await scene.GivenPolicyAsync(new() { FourEyes = true });
        await scene.Requests.OpenAsync(scene.Bob, ReviewScene.New, Stage.Production, null, default);

        var own = await Assert.ThrowsAsync<HubException>(() => scene.ApproveAsync(scene.Bob));
        var direct = await Assert.ThrowsAsync<HubException>(() => scene.Transitions.MoveAsync(scene.Cleo, ReviewScene.New, Stage.Production, false, null, null, default));

        Assert.Equal((HubError.Denied, HubError.Denied), (own.Error, direct.Error));
        Assert.Contains("bob asked for this", own.Message, StringComparison.Ordinal);
        Assert.Equal(Stage.None, (await scene.StagesAsync())[2]);
    }

    [Fact]
    public async Task A_manager_overrides_with_a_reason_that_stays_in_the_history()
    {
        await using var scene = await ReviewScene.CreateAsync();
        await scene.GivenPolicyAsync(new() { FourEyes = true, RequiredTags = [new("gdpr_review", "passed")] });
        await scene.GivenRequestAsync();

        var refusal = await Assert.ThrowsAsync<HubException>(() => scene.ApproveAsync(scene.Bob, overrideReason: "urgent"));
        await scene.ApproveAsync(scene.Mia, overrideReason: "the old one leaks");

        Assert.Equal(HubError.Denied, refusal.Error);
        await using var db = scene.Database.Hub.Open();
        var told = await db.Events.Where(e => e.After!.Contains("the old one leaks")).OrderBy(e => e.Id).Select(e => e.Kind).ToListAsync();
        Assert.Equal([EventKinds.RequestApproved, EventKinds.VersionMoved], told);
    }

    [Fact]
    public async Task A_token_of_the_requester_cannot_override_four_eyes()
    {
        await using var scene = await ReviewScene.CreateAsync();
        await scene.GivenPolicyAsync(new() { FourEyes = true });
        await scene.Requests.OpenAsync(scene.Mia, ReviewScene.New, Stage.Production, null, default);
        var token = scene.Mia with { Origin = new("token:1", null, null) };

        var refusal = await Assert.ThrowsAsync<HubException>(() => scene.ApproveAsync(token, overrideReason: "because"));
        await scene.ApproveAsync(scene.Mia with { Origin = new("page", null, null) }, overrideReason: "because");

        Assert.Equal(HubError.Denied, refusal.Error);
    }

    [Fact]
    public async Task A_reason_where_nothing_had_to_be_overridden_is_no_override()
    {
        await using var scene = await ReviewScene.CreateAsync();
        await scene.GivenRequestAsync();

        await scene.ApproveAsync(scene.Bob, overrideReason: "just in case");

        await using var db = scene.Database.Hub.Open();
        Assert.False(await db.Events.AnyAsync(e => e.After!.Contains("just in case")));
    }

    [Fact]
    public async Task Nothing_moves_within_a_freeze_until_it_ends()
    {
        await using var scene = await ReviewScene.CreateAsync();
        var now = scene.Clock.GetUtcNow();
        await scene.GivenPolicyAsync(new() { FreezeWindows = [new(now, now.AddHours(1), "year end")] });
        await scene.GivenRequestAsync();

        var refusal = await Assert.ThrowsAsync<HubException>(() => scene.ApproveAsync(scene.Bob));
        scene.Clock.Advance(TimeSpan.FromHours(1));
        await scene.ApproveAsync(scene.Bob);

        Assert.Contains("year end", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_approvers_must_be_known_and_are_kept_as_they_are_written()
    {
        await using var scene = await ReviewScene.CreateAsync();

        var policy = await scene.GivenPolicyAsync(new() { ApproverUsers = ["BOB"] });
        var user = await Assert.ThrowsAsync<HubException>(() => scene.GivenPolicyAsync(new() { ApproverUsers = ["nobody"] }));
        var group = await Assert.ThrowsAsync<HubException>(() => scene.GivenPolicyAsync(new() { ApproverGroups = ["nobody"] }));
        var others = await Assert.ThrowsAsync<HubException>(() => scene.Policies.SetAsync(scene.Bob, "prices", Stage.Production, new(), default));

        Assert.Equal(["bob"], policy.ApproverUsers);
        Assert.Equal((HubError.Invalid, HubError.Invalid, HubError.Denied), (user.Error, group.Error, others.Error));
    }

    public static TheoryData<PromotionPolicy> Senseless =>
    [
        new PromotionPolicy { Approvals = -1 },
        new PromotionPolicy { Approvals = 21 },
        new PromotionPolicy { Approvals = 2, ApproverUsers = ["bob"] },
        new PromotionPolicy { RequiredChecks = [new("mlhub/magic")] },
        new PromotionPolicy { RequiredChecks = [new(" ")] },
        new PromotionPolicy { RequiredTags = [new("../x", "y")] },
        new PromotionPolicy { FreezeWindows = [new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "")] },
        new PromotionPolicy { WeeklyFreezes = [new([], default, default, "")] },
        new PromotionPolicy { MetricTolerance = double.NaN },
        new PromotionPolicy { MetricTolerance = -0.1 },
        new PromotionPolicy { Metrics = [new("rmse", null, 11)] },
        new PromotionPolicy { RequiredTags = [.. Enumerable.Range(0, 51).Select(i => new RequiredTag($"k{i}", ""))] },
    ];

    [Theory, MemberData(nameof(Senseless), DisableDiscoveryEnumeration = true)]
    public async Task A_policy_that_makes_no_sense_is_refused(PromotionPolicy policy)
    {
        await using var scene = await ReviewScene.CreateAsync();

        Assert.Equal(HubError.Invalid, (await Assert.ThrowsAsync<HubException>(() => scene.GivenPolicyAsync(policy))).Error);
    }
}
