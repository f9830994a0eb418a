using Microsoft.EntityFrameworkCore;
using MlHub.Events;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>Several versions share an endpoint's requests.</summary>
public sealed class TrafficTests(TrafficHub hub) : IClassFixture<TrafficHub>
{
    private static readonly List<string> Keys = [.. Enumerable.Range(0, 60).Select(i => $"customer-{i}")];

    [Fact]
    public async Task A_key_stays_with_its_version_and_more_keys_come_as_the_share_grows()
    {
        var model = await hub.GivenTwoWarmAsync(OnnxModels.Sum, OnnxModels.Product);
        await hub.GivenRuleAsync(model, "SPLIT", 30);
        var (first, again) = (await AnsweringAsync(model), await AnsweringAsync(model));

        await hub.GivenRuleAsync(model, "SPLIT", 70);
        var grown = await AnsweringAsync(model);
        var id = await hub.GivenRuleAsync(model, "SPLIT", 100);
        var all = await AnsweringAsync(model);
        var ended = await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/traffic/end", new { name = model, id });

        Assert.Equal(first, again);
        Assert.Equal([1, 2], first.Values.Distinct().Order());
        Assert.All(first.Where(k => k.Value == 2), k => Assert.Equal(2, grown[k.Key]));
        Assert.True(grown.Values.Count(v => v == 2) > first.Values.Count(v => v == 2));
        Assert.All(all.Values, v => Assert.Equal(2, v));
        Assert.Equal(("ENDED", "Ended by ann."), ((string?)ended.Json["ended"]![0]!["state"], (string?)ended.Json["ended"]![0]!["reason"]));
        Assert.All((await AnsweringAsync(model)).Values, v => Assert.Equal(1, v));
        // The stage is shared, not the version's own address nor another endpoint.
        Assert.Equal("1", (await hub.Ann.InvokeAsync(model, "1", TrafficHub.Body)).Headers.GetValues("MlHub-Model-Version").Single());
    }

    [Fact]
    public async Task The_other_protocol_and_an_alias_are_shared_too()
    {
        var model = await hub.GivenTwoWarmAsync(OnnxModels.Sum, OnnxModels.Product);
        await hub.Ann.CallAsync("/registered-models/alias", new { name = model, alias = "champion", version = "1" });
        Assert.Equal(200, (await TrafficHub.SetAsync(hub.Ann, model, "split", 100, endpoint: "@champion")).Status);
        Assert.Equal(200, (await TrafficHub.SetAsync(hub.Ann, model, "split", 100, endpoint: "production")).Status);

        var tensors = new[] { "a", "b" }.Select(n => new { name = n, datatype = "FP32", shape = new[] { 1, 1 }, data = new[] { 5 } });
        var infer = await hub.Ann.AskAsync(HttpMethod.Post, $"/v2/models/{model}/infer", new { inputs = tensors });

        Assert.Equal(25, (double)infer.Json["outputs"]![0]!["data"]![0]!);
        Assert.Equal((2, 2), (await hub.AnsweringAsync(model, "k", "@champion"), await hub.AnsweringAsync(model, "k")));
    }

    [Fact]
    public async Task A_version_that_does_not_run_has_no_share_and_nobody_notices()
    {
        var model = await hub.GivenTwoAsync(OnnxModels.Sum, OnnxModels.Crash, example: """{"columns": ["x"], "data": [[1]]}""");
        await hub.GivenRuleAsync(model, "SPLIT", 100);

        Assert.All(await AskedAsync(model, TrafficHub.Body, 20), a => Assert.Equal("1", Version(a)));

        await Eventually.TrueAsync(async () => (string?)(await hub.Ann.ServedVersionAsync(model, "2"))["state"] == "FAILED");
        Assert.All(await AskedAsync(model, TrafficHub.Body, 5), a => Assert.Equal((200, "1"), (a.Status, Version(a))));
        var rule = (await hub.TrafficAsync(model))["endpoints"]![0]!["rules"]![0]!;
        // Nobody was made to wait for it.
        Assert.Equal((false, 0), ((bool)rule["ready"]!, (int)rule["candidate"]!["requests"]!));
    }

    [Fact]
    public async Task A_request_that_the_candidate_drops_is_answered_by_the_registrys_version()
    {
        var model = await hub.GivenTwoAsync(OnnxModels.Same, OnnxModels.Crash, """{"inputs": [[1]]}""");
        await hub.GivenRuleAsync(model, "SPLIT", 100);
        await Eventually.TrueAsync(async () => (bool)(await hub.TrafficAsync(model))["endpoints"]![0]!["rules"]![0]!["ready"]!);

        var answer = await hub.Ann.InvokeAsync(model, "Production", """{"inputs": [[1]]}""");

        Assert.Equal((200, "1"), (answer.Status, Version(answer)));
        Assert.Equal(1, (int)(await hub.TrafficAsync(model))["endpoints"]![0]!["rules"]![0]!["candidate"]!["failed"]!);
    }

    [Fact]
    public async Task A_rule_ends_when_the_endpoint_leads_to_its_version_or_the_version_goes()
    {
        var (moved, archived) = (await hub.GivenTwoWarmAsync(OnnxModels.Sum, OnnxModels.Product), await hub.GivenTwoWarmAsync(OnnxModels.Sum, OnnxModels.Product));
        var (first, second) = (await hub.GivenRuleAsync(moved, "SPLIT", 50), await hub.GivenRuleAsync(archived, "SHADOW", 50));

        await hub.Ann.MoveAsync(moved, "2", "Production", archive: true);
        await hub.Ann.MoveAsync(archived, "2", "Archived");

        await hub.StateAsync(moved, first, "ENDED");
        await hub.StateAsync(archived, second, "ENDED");
        Assert.Equal("Production leads to the version itself.", (string?)(await hub.RuleAsync(moved, first))["reason"]);
        Assert.Equal("The version was archived.", (string?)(await hub.RuleAsync(archived, second))["reason"]);
    }

    [Fact]
    public async Task A_canary_that_refuses_what_the_other_answers_is_taken_back_and_whoever_began_it_is_told()
    {
        var model = await hub.GivenTwoWarmAsync(OnnxModels.Sum, OnnxModels.Mean);
        var id = await hub.GivenRuleAsync(model, "CANARY", 100, errors: 10, least: 5);

        var statuses = (await AskedAsync(model, TrafficHub.Body, 12)).Select(a => a.Status).ToList();

        Assert.Equal([400, 400, 400, 400, 400, 200, 200, 200, 200, 200, 200, 200], statuses);
        await hub.StateAsync(model, id, "ROLLED_BACK");
        var rule = await hub.RuleAsync(model, id);
        Assert.Equal(("100 % of its last 5 requests failed; 10 % were allowed.", 5), ((string?)rule["reason"], (int)rule["candidate"]!["requests"]!));
        await using var db = hub.Open();
        Assert.Equal("system", (await db.Events.SingleAsync(e => e.Kind == EventKinds.CanaryRolledBack && e.Subject == $"{model}/2")).Actor);
        await Eventually.TrueAsync(async () => await db.Notifications.AnyAsync(n => n.UserId == hub.AnnAsCaller.Id && n.Kind == EventKinds.CanaryRolledBack && n.Text.Contains(model)));
    }

    [Fact]
    public async Task A_canary_that_is_too_slow_is_taken_back()
    {
        const string body = """{"inputs": [300000]}""";
        var model = await hub.GivenTwoWarmAsync(OnnxModels.NoLoop, OnnxModels.Loop, body);
        var id = await hub.GivenRuleAsync(model, "CANARY", 100, latency: 1, least: 3);

        var answers = await AskedAsync(model, body, 6);

        Assert.Equal(["2", "2", "2", "1", "1", "1"], answers.Select(Version));
        await hub.StateAsync(model, id, "ROLLED_BACK");
        Assert.Contains("95th percentile of its last 3 requests", (string?)(await hub.RuleAsync(model, id))["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_canary_that_cannot_be_loaded_is_taken_back()
    {
        var model = await hub.GivenTwoAsync(OnnxModels.Sum, "no model"u8.ToArray());
        var id = await hub.GivenRuleAsync(model, "CANARY", 10);

        await hub.StateAsync(model, id, "ROLLED_BACK");

        Assert.StartsWith("It does not run: ", (string?)(await hub.RuleAsync(model, id))["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shadow_is_asked_the_same_and_its_answers_are_compared()
    {
        var model = await hub.GivenTwoWarmAsync(OnnxModels.Sum, OnnxModels.Product);
        var id = await hub.GivenRuleAsync(model, "SHADOW", 100);

        var same = await AskedAsync(model, """{"inputs": {"a": [[2]], "b": [[2]]}}""", 3);
        var different = await AskedAsync(model, """{"inputs": {"a": [[3]], "b": [[4]]}}""", 2);

        Assert.All(same.Concat(different), a => Assert.Equal((200, "1"), (a.Status, Version(a))));
        await Eventually.TrueAsync(async () => (int)(await hub.RuleAsync(model, id))["shadow"]!["compared"]! == 5);
        var shadow = (await hub.RuleAsync(model, id))["shadow"]!;
        Assert.Equal((3, 2, 0), ((int)shadow["same"]!, (int)shadow["different"]!, (int)shadow["dropped"]!));
        var largest = Assert.Single(shadow["largest"]!.AsArray())!;
        Assert.Equal(("predictions.sum[0][0]", 7, 12), ((string?)largest["path"], double.Parse((string)largest["present"]!), double.Parse((string)largest["candidate"]!)));
        await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/traffic/end", new { name = model, id });
        Assert.Equal(5, (int)(await hub.RuleAsync(model, id))["shadow"]!["compared"]!);
    }

    [Fact]
    public async Task A_shadow_that_hangs_delays_nobody_and_what_it_misses_is_counted()
    {
        var model = await hub.GivenTwoAsync(OnnxModels.NoLoop, OnnxModels.Loop, """{"inputs": [3]}""");
        var id = await hub.GivenRuleAsync(model, "SHADOW", 100);
        await Eventually.TrueAsync(async () => (bool)(await hub.RuleAsync(model, id))["ready"]!);

        // It is busy with the first one for longer than this test may take.
        var answers = await AskedAsync(model, """{"inputs": [4611686018427387904]}""", 100);

        Assert.All(answers, a => Assert.Equal((200, "1"), (a.Status, Version(a))));
        var shadow = (await hub.RuleAsync(model, id))["shadow"]!;
        Assert.True((int)shadow["dropped"]! >= 100 - 65, shadow.ToJsonString());
        Assert.Equal(0, (int)shadow["compared"]!);
    }

    private async Task<Dictionary<string, int>> AnsweringAsync(string model)
    {
        Dictionary<string, int> answering = [];
        foreach (var key in Keys)
        {
            answering[key] = await hub.AnsweringAsync(model, key);
        }

        return answering;
    }

    private async Task<List<Answer>> AskedAsync(string model, string body, int times)
    {
        List<Answer> answers = [];
        for (var i = 0; i < times; i++)
        {
            answers.Add(await hub.Ann.InvokeAsync(model, "Production", body));
        }

        return answers;
    }

    private static string Version(Answer answer) => answer.Headers.GetValues("MlHub-Model-Version").Single();
}
