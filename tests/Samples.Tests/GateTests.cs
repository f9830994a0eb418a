namespace Samples.Tests;

/// <summary>ModelGate at its work, against the real hub.</summary>
public sealed class GateTests(RealHub hub) : IClassFixture<RealHub>
{
    [Fact]
    public async Task A_good_version_gets_its_tags_and_checks_and_is_asked_into_Production_for_its_author()
    {
        var model = await hub.GivenModelAsync();
        await hub.MoveAsync(model, await hub.GivenVersionAsync(model, rmse: 100_000));
        var version = await hub.GivenVersionAsync(model, rmse: 96_000);
        await using var gate = await StartAsync();

        Assert.Equal(202, (await gate.DeliverAsync(RunningGate.Created(model, version))).Status);

        var checks = await hub.ChecksAsync(model, version);
        Assert.Equal(("passed", "Same schema as version 1 in Production", ""), checks["gate/schema"]);
        Assert.Equal("passed", checks["gate/metrics"].State);
        Assert.Contains("val_rmse 100,000 → 96,000 (-4.00%)", checks["gate/metrics"].Summary, StringComparison.Ordinal);
        Assert.Equal(("passed", "1 rows of the example, 0 known cases", ""), checks["gate/unit-tests"]);
        await Eventually.TrueAsync(async () => (await hub.RequestsAsync(model, version)).Length > 0);
        var request = Assert.Single(await hub.RequestsAsync(model, version));
        Assert.Equal(("model-gate", "Production"), (request.By, request.To));
        Assert.StartsWith("On behalf of @dana,", request.Comment, StringComparison.Ordinal);
        Assert.Equal(
            new Dictionary<string, string> { ["gate.schema"] = "passed", ["gate.metrics"] = "passed", ["gate.unit_tests"] = "passed", ["gate.compared_with"] = "1" },
            await hub.TagsAsync(model, version));
        Assert.Empty(await hub.CommentsAsync(model, version));
        var search = Uri.EscapeDataString($"name = '{model}' AND tags.`gate.schema` = 'passed'");
        Assert.Equal($"{version}", (string?)Assert.Single((await hub.Dana.ReadAsync($"/model-versions/search?filter={search}"))["model_versions"]!.AsArray())!["version"]);
    }

    [Fact]
    public async Task Two_dropped_columns_fail_are_named_to_the_author_and_nothing_is_asked_for()
    {
        var model = await hub.GivenModelAsync();
        await hub.MoveAsync(model, await hub.GivenVersionAsync(model, rmse: 100_000));
        var version = await hub.GivenVersionAsync(model, rmse: 90_000, columns: ["beds", "baths", "sqft"]);
        await using var gate = await StartAsync();

        await gate.DeliverAsync(RunningGate.Created(model, version));

        var checks = await hub.ChecksAsync(model, version);
        Assert.Equal(("failed", "passed"), (checks["gate/schema"].State, checks["gate/metrics"].State));
        Assert.Contains("latitude, longitude", checks["gate/schema"].Summary, StringComparison.Ordinal);
        Assert.Contains("`latitude`: ", checks["gate/schema"].Details, StringComparison.Ordinal);
        await Eventually.TrueAsync(async () => (await hub.CommentsAsync(model, version)).Length > 0);
        var comment = Assert.Single(await hub.CommentsAsync(model, version));
        Assert.StartsWith("@dana this version cannot go to Production as it is, where version 1 serves now.", comment, StringComparison.Ordinal);
        Assert.Contains("**Missing columns:** `latitude`, `longitude`.", comment, StringComparison.Ordinal);
        Assert.Empty(await hub.RequestsAsync(model, version));
        Assert.Equal("failed", (await hub.TagsAsync(model, version))["gate.schema"]);
    }

    [Theory]
    [InlineData(102_000, "passed")]
    [InlineData(102_100, "failed")]
    [InlineData(double.NaN, "failed")]
    public async Task The_metric_may_be_worse_by_what_is_tolerated(double rmse, string state)
    {
        var model = await hub.GivenModelAsync();
        await hub.MoveAsync(model, await hub.GivenVersionAsync(model, rmse: 100_000));
        var version = await hub.GivenVersionAsync(model, rmse);
        await using var gate = await StartAsync("Tolerance=0.02");

        await gate.DeliverAsync(RunningGate.Created(model, version));

        Assert.Equal(state, (await hub.ChecksAsync(model, version))["gate/metrics"].State);
    }

    [Fact]
    public async Task The_first_version_has_nothing_to_be_held_against_but_its_own_example()
    {
        var model = await hub.GivenModelAsync();
        var good = await hub.GivenVersionAsync(model, rmse: 100_000);
        var bad = await hub.GivenVersionAsync(model, rmse: 100_000, example: """{"columns":["beds","baths","sqft","latitude","longitude"],"data":[[3,2,"large",38.5,-121.4]]}""");
        await using var gate = await StartAsync();

        await gate.DeliverAsync(RunningGate.Created(model, good));
        await gate.DeliverAsync(RunningGate.Created(model, bad));

        Assert.All((await hub.ChecksAsync(model, good)).Values, c => Assert.Equal("passed", c.State));
        await Eventually.TrueAsync(async () => (await hub.RequestsAsync(model, good)).Length == 1);
        var check = (await hub.ChecksAsync(model, bad))["gate/unit-tests"];
        Assert.Equal(("failed", "- row 1 of the example: `sqft` is no float"), (check.State, check.Details));
    }

    [Fact]
    public async Task The_teams_known_cases_are_tried()
    {
        var model = await hub.GivenModelAsync();
        var version = await hub.GivenVersionAsync(model, rmse: 100_000, columns: ["beds", "sqft"]);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $$"""{"{{model}}":[{"name":"a hut","inputs":{"beds":1,"latitude":38.5} },{"name":"a house","inputs":{"beds":3,"sqft":1500} }]}""");
        await using var gate = await StartAsync($"Cases={file}");

        await gate.DeliverAsync(RunningGate.Created(model, version));

        var check = (await hub.ChecksAsync(model, version))["gate/unit-tests"];
        File.Delete(file);
        Assert.Equal(
            ("failed", "- the case `a hut` lacks `sqft`\n- the case `a hut` has `latitude`, which the model does not take"),
            (check.State, check.Details));
    }

    [Theory]
    [InlineData(96_000, "passed")]
    [InlineData(120_000, "failed")]
    public async Task Where_somebody_has_asked_already_their_request_gets_the_checks_and_no_second_one_is_opened(double rmse, string state)
    {
        var model = await hub.GivenModelAsync();
        await hub.MoveAsync(model, await hub.GivenVersionAsync(model, rmse: 100_000));
        var version = await hub.GivenVersionAsync(model, rmse);
        await hub.Dana.CallAsync("/transition-requests/create", new { name = model, version = $"{version}", stage = "Production", comment = "I could not wait." });
        var next = await hub.GivenVersionAsync(model, rmse: 96_000);
        await using var gate = await StartAsync();

        await gate.DeliverAsync(RunningGate.Created(model, version));
        await gate.DeliverAsync(RunningGate.Created(model, next));

        Assert.Equal(state, (await hub.ChecksAsync(model, version))["gate/metrics"].State);
        await Eventually.TrueAsync(async () => (await hub.RequestsAsync(model, next)).Length == 1);
        Assert.Equal("dana", Assert.Single(await hub.RequestsAsync(model, version)).By);
    }

    [Fact]
    public async Task Telling_of_a_version_again_under_another_id_says_and_asks_nothing_twice()
    {
        var model = await hub.GivenModelAsync();
        await hub.MoveAsync(model, await hub.GivenVersionAsync(model, rmse: 100_000));
        var (good, bad) = (await hub.GivenVersionAsync(model, rmse: 96_000), await hub.GivenVersionAsync(model, rmse: 120_000));
        await using var gate = await StartAsync();

        foreach (var version in new[] { good, bad, good, bad })
        {
            await gate.DeliverAsync(RunningGate.Created(model, version));
        }

        var last = await hub.GivenVersionAsync(model, rmse: 96_000);
        await gate.DeliverAsync(RunningGate.Created(model, last));
        await Eventually.TrueAsync(async () => (await hub.RequestsAsync(model, last)).Length == 1);
        Assert.Single(await hub.RequestsAsync(model, good));
        Assert.Single(await hub.CommentsAsync(model, bad));
    }

    private Task<RunningGate> StartAsync(params string[] settings) => RunningGate.StartAsync(hub.Address, hub.GateToken, settings);
}
