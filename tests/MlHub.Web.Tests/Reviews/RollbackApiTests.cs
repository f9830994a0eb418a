namespace MlHub.Web.Tests.Reviews;

/// <summary>The way back to the version whose place the present one took.</summary>
public sealed class RollbackApiTests(ReviewHub hub) : IClassFixture<ReviewHub>
{
    [Fact]
    public async Task Whoever_may_move_versions_there_goes_back_at_once_under_four_eyes()
    {
        var model = await GivenReplacedAsync();
        await hub.SetPolicyAsync(model, new { approvals = 1, four_eyes = true });
        Assert.Equal(403, (await hub.Bob.PostedAsync("/model-versions/transition-stage", new { name = model, version = "1", stage = "Production", archive_existing_versions = true })).Status);

        var answers = new[] { await BackAsync(hub.Mallory, model), await BackAsync(hub.Rita, model), await BackAsync(hub.Bob, model, "Prices are off."), await BackAsync(hub.Bob, model) };

        Assert.Equal([404, 403, 200, 409], answers.Select(a => a.Status));
        Assert.Equal(("1", "2", 0), ((string?)answers[2].Json["version"], (string?)answers[2].Json["replaced"], answers[2].Json["warnings"]!.AsArray().Count));
        Assert.Equal(("Production", "Archived"), (await hub.StageOfAsync(model, 1), await hub.StageOfAsync(model)));
        await using var db = hub.Open();
        var moved = db.Events.Where(e => e.Subject == $"{model}/1" && e.Kind == "version.moved").OrderByDescending(e => e.Id).First();
        Assert.Equal(("bob", """{"stage":"Production","comment":"Prices are off.","overrideReason":null,"requestId":null,"isRollback":true}"""), (moved.Actor, moved.After));
    }

    [Fact]
    public async Task Rules_that_do_not_ask_for_approvals_warn_and_do_not_hinder()
    {
        var model = await GivenReplacedAsync();
        await hub.SetPolicyAsync(model, new { required_tags = new[] { new { key = "gdpr_review", value = "passed" } }, required_checks = new[] { new { name = "bias" } } });

        var back = await BackAsync(hub.Bob, model);

        Assert.Equal(200, back.Status);
        Assert.Equal(["tag gdpr_review: The version has no tag gdpr_review; it must be passed", "check bias: Not reported yet"], back.Json["warnings"]!.AsArray().Select(w => (string)w!));
    }

    [Fact]
    public async Task What_was_taken_out_by_somebody_does_not_come_back_this_way()
    {
        var model = await hub.GivenModelAsync();
        await MoveAsync(model, "1", "None");
        await MoveAsync(model, "1", "Production");
        await MoveAsync(model, "1", "Archived");
        await MoveAsync(model, "2", "Production");

        Assert.Equal(409, (await BackAsync(hub.Ann, model)).Status);
    }

    [Fact]
    public async Task What_a_manager_forced_in_only_a_manager_brings_back()
    {
        var model = await hub.GivenModelAsync();
        await MoveAsync(model, "1", "None");
        await hub.SetPolicyAsync(model, new { approvals = 2 });
        await MoveAsync(model, "1", "Production", "It must be.");
        await MoveAsync(model, "2", "Production", "It must be.");

        Assert.Equal((409, 200), ((await BackAsync(hub.Bob, model)).Status, (await BackAsync(hub.Ann, model)).Status));
    }

    [Fact]
    public async Task The_way_back_leads_on_to_the_one_before_that()
    {
        var model = await hub.GivenModelAsync();
        await using (var db = hub.Open())
        {
            await db.GivenVersionAsync(db.RegisteredModels.Single(m => m.Name == model), author: hub.AnnAsCaller);
        }

        foreach (var version in new[] { "1", "2", "3" })
        {
            await MoveAsync(model, version, "Staging");
        }

        var (first, second, third) = (await BackAsync(hub.Ann, model, stage: "Staging"), await BackAsync(hub.Ann, model, stage: "staging"), await BackAsync(hub.Ann, model, stage: "Staging"));

        Assert.Equal(("2", "1", 409), ((string?)first.Json["version"], (string?)second.Json["version"], third.Status));
    }

    [Fact]
    public async Task Where_both_are_in_the_stage_the_newer_one_goes()
    {
        var model = await hub.GivenModelAsync();
        await MoveAsync(model, "1", "Staging");
        await MoveAsync(model, "2", "Staging", archive: false);

        Assert.Equal("1", (string?)(await BackAsync(hub.Ann, model, stage: "Staging")).Json["version"]);
        Assert.Equal(("Staging", "Archived"), (await hub.StageOfAsync(model, 1), await hub.StageOfAsync(model)));
    }

    /// <summary>Version 1 was in Production before version 2.</summary>
    private async Task<string> GivenReplacedAsync()
    {
        var model = await hub.GivenModelAsync();
        await MoveAsync(model, "1", "None");
        await MoveAsync(model, "1", "Production");
        await MoveAsync(model, "2", "Production");
        return model;
    }

    private async Task MoveAsync(string model, string version, string stage, string? reason = null, bool archive = true) => await hub.Ann.CallAsync(
        "/model-versions/transition-stage", new { name = model, version, stage, archive_existing_versions = archive && stage is ("Production" or "Staging"), override_reason = reason });

    private static Task<Answer> BackAsync(HttpClient who, string model, string? reason = null, string stage = "Production") =>
        who.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/rollback", new { name = model, stage, reason });
}
