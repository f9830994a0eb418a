using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving.Capture;

/// <summary>Requests that are kept where somebody wants it so.</summary>
public sealed class CaptureTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Body = """{"dataframe_split": {"index": ["row-7"], "columns": ["a", "b"], "data": [[3, 4]]}, "note": "for nobody"}""";

    [Fact]
    public async Task Nothing_is_kept_before_somebody_who_manages_the_model_wants_it()
    {
        var model = await GivenModelAsync();
        await hub.Ann.InvokeAsync(model, "1", Body);

        await hub.Ann.SetCaptureAsync(model);
        await hub.Ann.InvokeAsync(model, "1", Body);
        var kept = await hub.Ann.CapturedAsync(model, until: n => n == 1);
        await hub.Ann.SetCaptureAsync(model, share: 0);
        await hub.Ann.InvokeAsync(model, "1", Body);

        await AssertKeptAsync(model, 1, 1);
        var only = Assert.Single(kept)!;
        Assert.Equal("""{"dataframe_split":{"columns":["a","b"],"data":[[3,4]]}}""", only["request"]!.ToJsonString());
        Assert.Equal("""{"predictions":[{"sum":7}]}""", only["answer"]!.ToJsonString());
        Assert.Equal(("1", "1", 200, true), ((string?)only["version"], (string?)only["selector"], (int)only["status"]!, (double)only["milliseconds"]! > 0));
    }

    [Fact]
    public async Task A_share_is_a_share()
    {
        var model = await GivenModelAsync();
        await hub.Ann.SetCaptureAsync(model, share: 30);

        // As many at a time as a version has room for.
        for (var wave = 0; wave < 4; wave++)
        {
            Assert.All(await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => hub.Ann.InvokeAsync(model, "1", Body))), a => Assert.Equal(200, a.Status));
        }

        // Fewer than 20 or more than 110 of 200 come about once in a hundred million times.
        await AssertKeptAsync(model, 20, 110);
    }

    [Fact]
    public async Task Every_form_is_kept_as_json_and_can_be_asked_again()
    {
        var model = await GivenModelAsync();
        await hub.Ann.SetCaptureAsync(model);
        Assert.Equal(200, (await hub.Ann.InvokeAsync(model, "1", new StringContent("a,b,c\n1,2,x\n3,4,\n", Encoding.UTF8, "text/csv"))).Status);
        Assert.Equal(200, (await hub.Ann.InvokeAsync(model, "1", """{"dataframe_records": [{"a": 1, "b": 2}]}""")).Status);
        Assert.Equal(200, (await hub.Ann.InvokeAsync(model, "1", """{"instances": [{"a": 1, "b": 2}]}""")).Status);
        Assert.Equal(200, (await hub.Ann.InvokeAsync(model, "1", """{"inputs": {"a": [1], "b": [2]}}""")).Status);
        Assert.Equal(200, (await InferAsync(model, """{"inputs": [{"name": "b", "shape": [2, 1], "datatype": "FP32", "data": [[2], [3]]}, {"name": "a", "shape": [2, 1], "datatype": "FP32", "data": [1.5, 4]}]}""")).Status);

        var kept = (await hub.Ann.CapturedAsync(model, until: n => n == 5)).Reverse().ToList();

        Assert.Equal(
            [
                """{"dataframe_split":{"columns":["a","b","c"],"data":[[1,2,"x"],[3,4,null]]}}""", """{"dataframe_records":[{"a":1,"b":2}]}""", """{"instances":[{"a":1,"b":2}]}""",
                """{"inputs":{"a":[1],"b":[2]}}""", """{"dataframe_split":{"columns":["b","a"],"data":[[2,1.5],[3,4]]}}""",
            ],
            kept.Select(k => k!["request"]!.ToJsonString()).Order(StringComparer.Ordinal).OrderBy(r => Array.FindIndex(["[1,2,", "_records", "instances", "inputs\":{\"a\"", "[2,1.5]"], r.Contains)));
        foreach (var request in kept)
        {
            Assert.Equal(200, (await hub.Ann.InvokeAsync(model, "1", request!["request"]!.ToJsonString())).Status);
        }
    }

    [Fact]
    public async Task What_nobody_could_have_meant_is_not_kept_and_counted()
    {
        var model = await GivenModelAsync();
        await hub.Ann.SetCaptureAsync(model);
        string[] hostile =
        [
            "not json", "[]", "{}", """{"inputs": [], "instances": []}""", """{"dataframe_split": {"columns": ["a"], "data": [[1], [1, 2]]}}""", """{"dataframe_split": {"columns": [["a"]], "data": [[1]]}}""",
            """{"dataframe_split": {"columns": ["\ud800"], "data": [[1]]}}""", $$"""{"inputs": {{new string('[', 60)}}1{{new string(']', 60)}}, "x": {{new string('[', 60)}}""",
        ];
        foreach (var body in hostile)
        {
            Assert.Equal(400, (await hub.Ann.InvokeAsync(model, "1", body)).Status);
        }

        await hub.Ann.InvokeAsync(model, "1", new StringContent(new string(',', 20_000) + "\n" + string.Concat(Enumerable.Repeat("1\n", 20_000)), Encoding.UTF8, "text/csv"));
        await InferAsync(model, """{"inputs": [{"name": "a", "shape": [9000000, 1], "datatype": "FP32", "data": []}]}""");
        await hub.Ann.InvokeAsync(model, "1", $$"""{"inputs": {"a": [1], "b": [2]}, "more": "{{new string('x', 70_000)}}"}""");
        await hub.Ann.InvokeAsync(model, "1", Body);

        var kept = await hub.Ann.CapturedAsync(model, until: n => n == 1);
        var counts = (await hub.Ann.CaptureAsync(model))["counts"]!;
        Assert.Equal((hostile.Length + 2, 1, 1), ((int)counts["unclear"]!, (int)counts["too_large"]!, (int)counts["kept"]!));
        Assert.Equal(200, (int)Assert.Single(kept)!["status"]!);
    }

    [Fact]
    public async Task Only_who_manages_the_model_may_look_settle_and_delete_and_the_audit_tells_of_it()
    {
        var model = await GivenModelAsync();
        await hub.Ann.SetCaptureAsync(model, redacted: "name");
        await hub.Ann.InvokeAsync(model, "1", Body);
        await hub.Ann.CapturedAsync(model, until: n => n == 1);
        var reader = await ProgramWithAsync(model, RegistryPermission.ManageProduction);
        (HttpMethod Method, string Path, object? Body)[] calls =
        [
            (HttpMethod.Get, $"captured?name={model}", null), (HttpMethod.Get, $"capture?name={model}", null), (HttpMethod.Post, "capture", new { name = model, share = 1 }),
            (HttpMethod.Post, "captured/delete", new { name = model }), (HttpMethod.Delete, "captured", new { name = model }),
        ];
        foreach (var (method, path, body) in calls)
        {
            Assert.Equal((403, 404), ((await AskAsync(reader, method, path, body)).Status, (await AskAsync(hub.Bob, method, path, body)).Status));
        }

        Assert.Equal(1, (int)(await AskAsync(hub.Ann, HttpMethod.Post, "captured/delete", new { name = model })).Json["requests"]!);
        Assert.Empty(await hub.Ann.CapturedAsync(model));
        await using var db = hub.Open();
        var events = await db.Events.Where(e => e.Subject == model && e.Kind.StartsWith("capture.")).OrderBy(e => e.Id).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([EventKinds.CaptureSet, EventKinds.CaptureDeleted], events.Select(e => e.Kind));
        Assert.Contains("\"name\"", events[0].After, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_follow_each_other_and_settings_that_make_no_sense_are_refused()
    {
        var model = await GivenModelAsync();
        await hub.Ann.SetCaptureAsync(model);
        for (var i = 0; i < 3; i++)
        {
            await hub.Ann.InvokeAsync(model, "1", Body);
        }

        await hub.Ann.CapturedAsync(model, until: n => n == 3);
        var first = (await AskAsync(hub.Ann, HttpMethod.Get, $"captured?name={model}&version=1&max_results=2")).Json;
        var second = (await AskAsync(hub.Ann, HttpMethod.Get, $"captured?name={model}&max_results=2&page_token={first["next_page_token"]}")).Json;

        Assert.Equal((2, 1, false), (first["requests"]!.AsArray().Count, second["requests"]!.AsArray().Count, second.ContainsKey("next_page_token")));
        Assert.Equal(404, (await AskAsync(hub.Ann, HttpMethod.Get, $"captured?name={model}&version=9")).Status);
        Assert.Equal(400, (await AskAsync(hub.Ann, HttpMethod.Get, $"captured?name={model}&page_token=x")).Status);
        Assert.Equal(400, (await AskAsync(hub.Ann, HttpMethod.Get, $"captured?name={model}&max_results=201")).Status);
        foreach (var wrong in new object[] { new { share = 101 }, new { share = -1 }, new { share = 5, days = 0 }, new { share = 5, days = 366 }, new { share = 5, redacted_columns = new[] { " " } }, new { share = 5, redacted_columns = new[] { new string('x', 300) } } })
        {
            var body = System.Text.Json.JsonSerializer.SerializeToNode(wrong)!.AsObject();
            body["name"] = model;
            Assert.Equal((400, "INVALID_PARAMETER_VALUE"), await StatusAsync("capture", body));
        }
    }

    /// <summary>How many are kept, once those are stored that were asked until now: they are in the order in which they were answered.</summary>
    private async Task AssertKeptAsync(string model, int least, int most)
    {
        await hub.Ann.SetCaptureAsync(model);
        await hub.Ann.InvokeAsync(model, "1", """{"inputs": {"a": [424242], "b": [1]}}""");
        await Eventually.TrueAsync(async () => (await hub.Ann.CapturedAsync(model, max: 1)).ToJsonString().Contains("424242", StringComparison.Ordinal));
        Assert.InRange((int)(await hub.Ann.CaptureAsync(model))["requests"]! - 1, least, most);
    }

    private async Task<(int, string?)> StatusAsync(string path, JsonNode body)
    {
        var answer = await AskAsync(hub.Ann, HttpMethod.Post, path, body);
        return (answer.Status, answer.Code);
    }

    private async Task<HttpClient> ProgramWithAsync(string model, RegistryPermission permission)
    {
        var user = await hub.GivenUserAsync($"u-{Guid.NewGuid():N}");
        await using var db = hub.Open();
        await db.GivenGrantAsync(db.RegisteredModels.Single(m => m.Name == model), user, permission);
        return hub.Bearer(await hub.GivenTokenAsync(user, Scopes.All & ~Scopes.Admin));
    }

    private static Task<Answer> AskAsync(HttpClient client, HttpMethod method, string path, object? body = null) => client.AskAsync(method, $"/api/2.0/mlhub/serving/{path}", body);

    private Task<Answer> InferAsync(string model, string body) => hub.Ann.AskAsync(HttpMethod.Post, $"/v2/models/{model}/infer", body);

    private Task<string> GivenModelAsync() => hub.Ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);
}
