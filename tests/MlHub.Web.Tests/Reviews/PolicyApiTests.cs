namespace MlHub.Web.Tests.Reviews;

public sealed class PolicyApiTests(ReviewHub hub) : IClassFixture<ReviewHub>
{
    [Fact]
    public async Task A_policy_reads_as_it_was_written()
    {
        var model = await hub.GivenModelAsync();
        var policy = new
        {
            approvals = 2,
            four_eyes = true,
            approvers = new { users = new[] { "bob", "ann" } },
            required_tags = new[] { new { key = "gdpr_review", value = "passed" } },
            required_checks = new[] { new { name = "bias", reporter = "ci" } },
            built_in_checks = new[] { "schema", "metrics" },
            freeze_windows = new[] { new { from = 1_767_225_600_000, until = 1_767_312_000_000, reason = "year end" } },
            weekly_freezes = new[] { new { days = new[] { "Friday", "Saturday" }, from = "16:00", until = "08:00", reason = "weekend" } },
            metric_tolerance = 0.01,
            metrics = new[] { new { metric = "rmse", lower_is_better = true, tolerance = 0.5 } },
            allow_removed_inputs = true,
        };

        var set = await hub.SetPolicyAsync(model, policy, "production");
        var got = await hub.Rita.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/policies/get?name={model}&stage=Production");
        var listed = await hub.Rita.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/policies/list?name={model}");

        var sent = JsonText.Sorted(System.Text.Json.JsonSerializer.Serialize(policy));
        Assert.Equal(sent, JsonText.Sorted(set.Json["policy"]));
        Assert.Equal(set.Text, got.Text);
        Assert.Equal(("Production", "ann"), ((string)listed.Json["policies"]![0]!["stage"]!, (string)listed.Json["policies"]![0]!["user_id"]!));
        Assert.Equal(200, (await hub.Ann.AskAsync(HttpMethod.Delete, $"/api/2.0/mlhub/policies/delete?name={model}&stage=Production")).Status);
        Assert.Equal(404, (await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/policies/get?name={model}&stage=Production")).Status);
    }

    [Theory]
    [InlineData("""{"weekly_freezes":[{"days":["Noday"],"from":"01:00","until":"02:00"}]}""", "weekly_freezes.days")]
    [InlineData("""{"weekly_freezes":[{"days":["Friday"],"from":"25:00","until":"02:00"}]}""", "weekly_freezes.from")]
    [InlineData("""{"freeze_windows":[{"from":-1,"until":2}]}""", "freeze_windows.from")]
    [InlineData("""{"freeze_windows":[{"until":2}]}""", "freeze_windows.from")]
    [InlineData("""{"approvers":{"groups":["nobody"]}}""", "approvers.groups")]
    [InlineData("""{"built_in_checks":["magic"]}""", "required_checks")]
    [InlineData("""{"approvals":1e6}""", "approvals")]
    [InlineData("""{"metric_tolerance":"NaN"}""", "metric_tolerance")]
    public async Task A_bad_field_is_named(string policy, string field)
    {
        var model = await hub.GivenModelAsync();

        var answer = await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/policies/set", $$"""{"name":"{{model}}","stage":"Production","policy":{{policy}}}""");

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
        Assert.Contains(field, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_verdict_of_an_open_request_tells_each_rule()
    {
        var model = await hub.GivenModelAsync();
        await hub.SetPolicyAsync(model, new { approvals = 2, required_tags = new[] { new { key = "gdpr_review", value = "passed" } } });
        await hub.Rita.CallAsync("/transition-requests/create", new { name = model, version = "2", stage = "Production" });
        await hub.Ann.CallAsync("/model-versions/set-tag", new { name = model, version = "2", key = "gdpr_review", value = "passed" });
        await hub.Bob.CallAsync("/transition-requests/approve", new { name = model, version = "2", stage = "Production" });

        var verdict = (await hub.Rita.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/transition-requests/verdict?name={model}&version=2&stage=Production")).Json;

        Assert.False((bool)verdict["met"]!);
        Assert.Equal(
            [("approvals", false, "1 of 2 approvals: bob"), ("tag gdpr_review", true, "gdpr_review is passed")],
            verdict["rules"]!.AsArray().Select(r => ((string)r!["rule"]!, (bool)r["met"]!, (string)r["detail"]!)));
        Assert.Equal(404, (await hub.Rita.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/transition-requests/verdict?name={model}&version=2&stage=Archived")).Status);
    }
}
