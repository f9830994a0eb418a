using System.Text.Json.Nodes;
using MlHub.Web.Tests.Registry;

namespace MlHub.Web.Tests.Calls;

/// <summary>Walks every list that has pages: nothing is skipped or repeated, also among equals and while others write, and a token is good for its own list only.</summary>
public sealed class PageWalkTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const int Count = 7;

    private static readonly Dictionary<string, PagedList> Lists = new()
    {
        ["experiments"] = new(
            HttpMethod.Post, "/api/2.0/mlflow/experiments/search", "experiments", e => (string)e["name"]!,
            async hub =>
            {
                var mark = $"w{Guid.NewGuid():N}";
                await AddedAsync(i => hub.Ann.GivenExperimentAsync($"{mark}-{i}"));
                return (new() { ["filter"] = $"name LIKE '{mark}%'" }, i => hub.Ann.GivenExperimentAsync($"{mark}-{i}"));
            },
            """null""", """["name DESC"]""", """["last_update_time ASC"]""", """["creation_time DESC", "name"]""")
        { Other = """{"view_type":"ALL"}""" },
        ["runs"] = new(
            HttpMethod.Post, "/api/2.0/mlflow/runs/search", "runs", r => (string)r["info"]!["run_id"]!,
            async hub =>
            {
                var experiment = await hub.Ann.GivenExperimentAsync($"w{Guid.NewGuid():N}");
                object?[] aucs = [1, 1, "NaN", null, 2, 1, null];
                await AddedAsync(i => AddAsync(aucs[i], i));
                return (new() { ["experiment_ids"] = new JsonArray(experiment) }, i => AddAsync(1, i));

                async Task AddAsync(object? value, int i)
                {
                    var run_id = await hub.Ann.GivenRunAsync(experiment);
                    var metrics = value is null ? [] : new[] { new { key = "auc", value, timestamp = 1 } };
                    await hub.Ann.CallAsync("/runs/log-batch", new { run_id, metrics, tags = new[] { new { key = "half", value = $"{i % 2}" } } });
                }
            },
            """null""", """["metrics.auc DESC"]""", """["metrics.auc"]""", """["params.none"]""", """["attributes.start_time"]""", """["tags.half DESC", "metrics.auc ASC"]""")
        { Other = """{"filter":"metrics.auc > 0"}""" },
        ["logged models"] = new(
            HttpMethod.Post, "/api/2.0/mlflow/logged-models/search", "models", m => (string)m["info"]!["model_id"]!,
            async hub =>
            {
                var experiment = await hub.Ann.GivenExperimentAsync($"w{Guid.NewGuid():N}");
                await AddedAsync(i => hub.Ann.GivenLoggedModelAsync(experiment, $"half-{i % 2}"));
                return (new() { ["experiment_ids"] = new JsonArray(experiment) }, i => hub.Ann.GivenLoggedModelAsync(experiment, $"half-{i % 2}"));
            },
            """null""", """[{"field_name":"name"}]""", """[{"field_name":"name","ascending":false}]""", """[{"field_name":"metrics.none"}]""")
        { Other = """{"experiment_ids":["0"]}""" },
        ["registered models"] = new(
            HttpMethod.Get, "/api/2.0/mlflow/registered-models/search", "registered_models", m => (string)m["name"]!,
            async hub =>
            {
                var mark = $"w{Guid.NewGuid():N}";
                await AddedAsync(i => hub.Ann.GivenModelAsync($"{mark}-{i}"));
                return (new() { ["filter"] = $"name LIKE '{mark}%'" }, i => hub.Ann.GivenModelAsync($"{mark}-{i}"));
            },
            """null""", """["name DESC"]""", """["last_updated_timestamp ASC"]""")
        { Other = """{"filter":"name LIKE 'w%'"}""" },
        ["model versions"] = new(
            HttpMethod.Get, "/api/2.0/mlflow/model-versions/search", "model_versions", v => (string)v["version"]!,
            async hub =>
            {
                var model = await hub.Ann.GivenModelAsync();
                await AddedAsync(_ => hub.Ann.GivenVersionAsync(model));
                return (new() { ["filter"] = $"name = '{model}'" }, _ => hub.Ann.GivenVersionAsync(model));
            },
            """null""", """["version_number ASC"]""", """["name DESC", "version_number DESC"]""", """["creation_timestamp"]""")
        { Other = """{"order_by":["version_number DESC"]}""" },
        ["history"] = new(
            HttpMethod.Get, "/api/2.0/mlflow/metrics/get-history", "metrics", m => m["value"]!.ToJsonString(),
            async hub =>
            {
                var (_, run) = await hub.GivenRunAsync();
                await AddedAsync(i => LogAsync(i));
                return (new() { ["run_id"] = run, ["metric_key"] = "m" }, i => LogAsync(i));

                Task LogAsync(int i) => hub.Ann.CallAsync("/runs/log-metric", new { run_id = run, key = "m", value = i, timestamp = 1, step = i / 3 });
            },
            """null""")
        { Other = """{"metric_key":"n"}""" },
        ["activities"] = new(
            HttpMethod.Get, "/api/2.0/mlflow/model-versions/activities", "activities", a => (string)a["comment"]!,
            async hub =>
            {
                var name = await hub.Ann.GivenModelAsync();
                await hub.Ann.GivenVersionAsync(name);
                await hub.Ann.GivenVersionAsync(name);
                await AddedAsync(i => SayAsync(i));
                return (new() { ["name"] = name, ["version"] = "1" }, i => SayAsync(i));

                Task SayAsync(int i) => hub.Ann.CallAsync("/comments/create", new { name, version = "1", comment = $"said {i}" });
            },
            """null""")
        { Other = """{"version":"2"}""" },
    };

    public static TheoryData<string, string> Orders => new(Lists.SelectMany(l => l.Value.Orders.Select(o => (l.Key, o))));

    public static TheoryData<string> Names => new(Lists.Keys);

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task Pages_of_every_size_hold_each_entry_once_in_the_order_of_the_whole(string list, string order)
    {
        var (fields, _) = await Lists[list].Given(hub);
        var whole = await WalkAsync(list, fields, order, 100);

        Assert.Equal(Count, whole.Single().Count);
        for (var size = 1; size <= Count; size++)
        {
            var pages = await WalkAsync(list, fields, order, size);

            Assert.Equal(whole[0], pages.SelectMany(p => p));
            Assert.Equal((Count + size - 1) / size, pages.Count);
        }
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task What_is_added_meanwhile_neither_hides_nor_repeats_an_entry(string list, string order)
    {
        var (fields, add) = await Lists[list].Given(hub);
        var before = (await WalkAsync(list, fields, order, 100)).Single();
        var added = Count;

        var pages = await WalkAsync(list, fields, order, 2, async () => await (added < 2 * Count ? add(added++) : Task.CompletedTask));

        var walked = pages.SelectMany(p => p).ToList();
        Assert.Equal(walked.Count, walked.Distinct().Count());
        Assert.Equal(before, walked.Where(before.Contains));
        Assert.True(added > Count);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_token_that_is_none_or_anothers_is_refused(string list)
    {
        var (fields, _) = await Lists[list].Given(hub);
        var token = (string)(await PageAsync(list, fields, "null", 2, null)).Json["next_page_token"]!;
        var other = fields.DeepClone().AsObject();
        foreach (var (name, value) in JsonNode.Parse(Lists[list].Other)!.AsObject())
        {
            other[name] = value!.DeepClone();
        }

        Answer[] refused =
        [
            await PageAsync(list, other, "null", 2, token),
            await PageAsync(list, fields, "null", 2, token[..^4]),
            await PageAsync(list, fields, "null", 2, token + "AAAA"),
            await PageAsync(list, fields, "null", 2, "eyJvZmZzZXQiOiAzfQ=="),
            await PageAsync(list, fields, "null", 2, "!"),
        ];

        Assert.All(refused, a => Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (a.Status, a.Code)));
        Assert.All(refused, a => Assert.Matches("page.token", a.Message));
        Assert.Equal(200, (await PageAsync(list, fields, "null", 2, token)).Status);
        Assert.Equal(200, (await PageAsync(list, fields, "null", 2, "")).Status);
    }

    private async Task<List<List<string>>> WalkAsync(string list, JsonObject fields, string order, int size, Func<Task>? meanwhile = null)
    {
        List<List<string>> pages = [];
        string? token = null;
        do
        {
            var page = await PageAsync(list, fields, order, size, token);
            Assert.True(page.Status == 200, page.Text);
            pages.Add([.. (page.Json[Lists[list].Entries]?.AsArray() ?? []).Select(e => Lists[list].Key(e!))]);
            token = (string?)page.Json["next_page_token"];
            await (meanwhile?.Invoke() ?? Task.CompletedTask);
        }
        while (token is not null && pages.Count < 50);

        return pages;
    }

    private Task<Answer> PageAsync(string list, JsonObject fields, string order, int size, string? token)
    {
        var (method, path, asked) = (Lists[list].Method, Lists[list].Path, fields.DeepClone().AsObject());
        asked["max_results"] = size;
        if (JsonNode.Parse(order) is { } by)
        {
            asked["order_by"] = by;
        }

        if (token is not null)
        {
            asked["page_token"] = token;
        }

        return (method == HttpMethod.Get ? new FieldedCall(list, method, path, asked, null, new(), null) : new(list, method, path, [], asked, new(), null)).AskAsync(hub.Ann);
    }

    private static async Task AddedAsync(Func<int, Task> add)
    {
        for (var i = 0; i < Count; i++)
        {
            await add(i);
        }
    }

    /// <param name="Given">Makes the entries, and tells the fields that find them and how to add one more.</param>
    private sealed record PagedList(
        HttpMethod Method, string Path, string Entries, Func<JsonNode, string> Key, Func<SharedHub, Task<(JsonObject Fields, Func<int, Task> Add)>> Given, params string[] Orders)
    {
        /// <summary>Fields that make it another list.</summary>
        public required string Other { get; init; }
    }
}
