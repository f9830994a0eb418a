using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Registry;
using MlHub.Serving.Duels;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving.Capture;

/// <summary>Kept requests are replayed against a version before it is approved: version 1 adds, version 2 multiplies.</summary>
public sealed class DuelTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task A_request_for_a_stage_starts_a_duel_whose_check_the_policy_may_require()
    {
        var model = await GivenVersionsAsync();
        await hub.Ann.SetCaptureAsync(model);
        // 2 + 2 = 2 * 2; the others differ, the last one most.
        await AskAsync(model, [.. Enumerable.Repeat("[2, 2]", 6), "[1, 3]", "[3, 5]", "[4, 4]", "[10, 10]"]);
        var set = await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/policies/set", new { name = model, stage = "Production", policy = new { built_in_checks = new[] { "shadow-duel" } } });
        Assert.True(set.Status == 200, set.Text);

        await hub.Ann.CallAsync("/transition-requests/create", new { name = model, version = "2", stage = "Production" });
        var failed = await CheckAsync(model, "failed");
        var refused = await hub.Ann.PostedAsync("/transition-requests/approve", new { name = model, version = "2", stage = "Production", archive_existing_versions = false });

        Assert.StartsWith("60 % of 10 answers equal to those of version 1, 90 % are asked for", (string?)failed["summary"], StringComparison.Ordinal);
        Assert.Equal("mlhub", (string?)failed["user_id"]);
        Assert.Equal(403, refused.Status);
        var result = DuelReport.ReadOrNull((string)failed["details"]!)!.Result!;
        Assert.Equal((1, 10, 10, 6, 0, 0), (result.Present, result.Replayed, result.Rows, result.Equal, result.PresentErrors, result.CandidateErrors));
        Assert.Equal([("20", "100"), ("8", "16"), ("8", "15"), ("4", "3")], result.Disagreements.Select(d => (d.Present, d.Candidate)));
        Assert.Equal(80, result.Outputs.Single().MaxAbsolute);
        Assert.True(result is { PresentLatency.P95: > 0, CandidateLatency.P50: > 0, Captured.P50: > 0 });

        // Of a sum, a adds what it is above its mean; of a product (Shapley of two) (a·b + a·E[b] − b·E[a] − E[a·b]) / 2, each against the ten replayed rows.
        double[] a = [2, 2, 2, 2, 2, 2, 1, 3, 4, 10], b = [2, 2, 2, 2, 2, 2, 3, 5, 4, 10];
        var expected = ((100 + (10 * b.Average()) - (10 * a.Average()) - a.Zip(b, (x, y) => x * y).Average()) / 2) - (10 - a.Average());
        Assert.Equal(expected, result.Disagreements[0].Shifts.Single(s => s.Column == "a").Difference, 6);
        Assert.Contains("Permutation Shapley values", result.Explained, StringComparison.Ordinal);

        var again = await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/duel", new { name = model, version = "2", against = "1", requests = 8, tolerance = 0.5, minimum_agreement = 0.5 });
        Assert.Equal(("mlhub/shadow-duel", "pending", true), ((string?)again.Json["check"], (string?)again.Json["state"], (string?)again.Json["check_id"] is not null));
        var passed = await CheckAsync(model, "passed");
        Assert.StartsWith("87.5 % of 8 answers equal to those of version 1; p95", (string?)passed["summary"], StringComparison.Ordinal);
        var approved = await hub.Ann.PostedAsync("/transition-requests/approve", new { name = model, version = "2", stage = "Production", archive_existing_versions = true });
        Assert.True(approved.Status == 200, approved.Text);
    }

    [Fact]
    public async Task What_was_asked_is_shown_to_those_alone_who_may_read_what_is_kept_and_goes_with_it()
    {
        var model = await GivenVersionsAsync();
        await hub.Ann.SetCaptureAsync(model);
        await AskAsync(model, ["[3, 77123]"]);
        await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/duel", new { name = model, version = "2" });
        var check = await CheckAsync(model, "failed");
        var reader = await hub.GivenUserAsync($"r-{Guid.NewGuid():N}");
        await using (var db = hub.Open())
        {
            await db.GivenGrantAsync(db.RegisteredModels.Single(m => m.Name == model), reader, RegistryPermission.Edit);
        }

        var duels = hub.Services.GetRequiredService<Duels>();
        var (seen, told) = (await duels.GetAsync(hub.AnnAsCaller, new(model, 2), default), await duels.GetAsync(reader, new(model, 2), default));
        await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/captured/delete", new { name = model });
        var after = await duels.GetAsync(hub.AnnAsCaller, new(model, 2), default);

        Assert.Equal([KeyValuePair.Create("a", "3"), KeyValuePair.Create("b", "77123")], seen.Rows!.Values.Single());
        Assert.Null(told.Rows);
        Assert.DoesNotContain("77123", check.ToJsonString(), StringComparison.Ordinal);
        Assert.Empty(after.Rows!);
        Assert.Equal((Stage.Production, 1, 0), (after.Target, after.Present, after.Kept));
    }

    [Fact]
    public async Task A_refusal_is_told_by_its_code_alone_since_its_words_repeat_what_was_asked()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        await hub.Ann.GivenOnnxVersionAsync(model, OnnxModels.Sum, """[{"type": "long", "name": "a"}, {"type": "double", "name": "b"}]""");
        await hub.Ann.MoveAsync(model, "1", "Production");
        await hub.Ann.SetCaptureAsync(model);
        await AskAsync(model, ["[77123.5, 1]"]);

        await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/duel", new { name = model, version = "2" });
        var check = (await CheckAsync(model, "failed")).ToJsonString();

        Assert.Contains("INVALID_PARAMETER_VALUE", check, StringComparison.Ordinal);
        Assert.DoesNotContain("77123", check, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_without_what_a_version_needs_are_left_out_and_said_so()
    {
        var model = await GivenVersionsAsync();
        await hub.Ann.SetCaptureAsync(model);
        await AskAsync(model, ["[2, 2]"]);
        await hub.Ann.SetCaptureAsync(model, redacted: "b");
        await AskAsync(model, ["[2, 2]", "[2, 2]"], before: 1);

        await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/duel", new { name = model, version = "2" });
        var check = await CheckAsync(model, "passed");

        Assert.StartsWith("100 % of 1 answer equal", (string?)check["summary"], StringComparison.Ordinal);
        Assert.Contains("2 requests left out: the redacted column b cannot be asked again.", (string?)check["details"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_candidate_that_does_not_run_or_nothing_to_replay_fails_and_says_why()
    {
        var model = await GivenVersionsAsync(OnnxModels.Sum[..40]);
        await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/duel", new { name = model, version = "2" });
        var nothing = await CheckAsync(model, "failed");
        Assert.Equal("No requests that version 1 answered are kept, so there is nothing to replay", (string?)nothing["summary"]);

        await hub.Ann.SetCaptureAsync(model);
        await AskAsync(model, ["[2, 2]"]);
        await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/duel", new { name = model, version = "2" });
        await Eventually.TrueAsync(async () => ((string?)(await CheckAsync(model, "failed"))["summary"])!.Contains("cannot be loaded", StringComparison.Ordinal));
        Assert.Equal(200, (await hub.Ann.InvokeAsync(model, "1", """{"inputs": {"a": [1], "b": [2]}}""")).Status);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_and_whoever_only_reads_starts_none()
    {
        var model = await GivenVersionsAsync();
        foreach (var (body, status) in new (JsonObject, int)[]
        {
            (new() { ["requests"] = 1001 }, 400), (new() { ["requests"] = 0 }, 400), (new() { ["tolerance"] = 2 }, 400), (new() { ["minimum_agreement"] = -1 }, 400),
            (new() { ["against"] = "2" }, 404), (new() { ["against"] = "9" }, 404), (new() { ["against"] = "x" }, 400),
        })
        {
            (body["name"], body["version"]) = (model, "2");
            Assert.Equal(status, (await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/duel", body)).Status);
        }

        Assert.Equal(404, (await hub.Bob.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/duel", new { name = model, version = "2" })).Status);
    }

    /// <summary>Version 1 is in Production, version 2 is the candidate.</summary>
    private async Task<string> GivenVersionsAsync(byte[]? candidate = null)
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        await hub.Ann.GivenOnnxVersionAsync(model, candidate ?? OnnxModels.Product, ServedModelCalls.TwoDoubles);
        await hub.Ann.MoveAsync(model, "1", "Production");
        return model;
    }

    /// <summary>Asks the stage for one row after the other, and waits until all are kept.</summary>
    private async Task AskAsync(string model, string[] rows, int before = 0)
    {
        foreach (var row in rows)
        {
            var answer = await hub.Ann.InvokeAsync(model, "Production", $$$"""{"dataframe_split": {"columns": ["a", "b"], "data": [{{{row}}}]}}""");
            Assert.True(answer.Status == 200, answer.Text);
        }

        await hub.Ann.CapturedAsync(model, until: n => n == before + rows.Length);
    }

    private async Task<JsonNode> CheckAsync(string model, string state)
    {
        JsonNode? check = null;
        await Eventually.TrueAsync(async () =>
        {
            var answer = await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/checks/list?name={model}&version=2");
            check = answer.Json["checks"]?.AsArray().SingleOrDefault(c => (string?)c!["name"] == "mlhub/shadow-duel");
            return (string?)check?["state"] == state;
        });
        return check!;
    }
}
