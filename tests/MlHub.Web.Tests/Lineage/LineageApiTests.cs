using System.Net;
using System.Text.Json.Nodes;
using MlHub.Lineage;
using MlHub.Testing.Serving;
using MlHub.Web.Lineage;
using MlHub.Web.Tests.Account;

namespace MlHub.Web.Tests.Lineage;

/// <summary>Where things came from and what depends on them, as far as whoever asks may read it.</summary>
public sealed class LineageApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task A_version_leads_back_to_its_data_and_code()
    {
        var scene = await SceneAsync();

        var graph = await AskAsync(hub.Ann, "model_version", $"{scene.Model}/1");

        Assert.Equal(
            Sorted("code 0123456789abcdef", $"dataset {scene.Digest}", $"logged_model {scene.Logged}", $"model_version {scene.Model}/1", $"run {scene.Parent}", $"run {scene.Run}", "table /data/sales@3"),
            Nodes(graph));
        Assert.Equal(
            Sorted(
                $"code 0123456789abcdef code of run {scene.Run}", $"dataset {scene.Digest} read by run {scene.Run}", $"logged_model {scene.Logged} became model_version {scene.Model}/1",
                $"run {scene.Parent} parent of run {scene.Run}", $"run {scene.Run} made logged_model {scene.Logged}", $"table /data/sales@3 read by run {scene.Run}"),
            Edges(graph));
        var version = graph["nodes"]!.AsArray().Single(n => (string)n!["kind"]! == "model_version")!;
        Assert.Equal(("Production", """["champion"]"""), ((string)version["current_stage"]!, version["aliases"]!.ToJsonString()));
    }

    [Fact]
    public async Task A_dataset_tells_which_runs_models_and_versions_depend_on_it()
    {
        var scene = await SceneAsync();

        var graph = await AskAsync(hub.Ann, "dataset", scene.Digest);

        Assert.Equal([$"dataset {scene.Digest}", $"logged_model {scene.Logged}", $"model_version {scene.Model}/1", $"run {scene.Run}"], Nodes(graph));
        Assert.Equal("[]", graph["more"]!.ToJsonString());
    }

    [Fact]
    public async Task A_served_version_leads_on_to_the_names_under_which_it_answers()
    {
        var scene = await SceneAsync();
        await hub.Ann.EnableServingAsync(scene.Model);

        var graph = await AskAsync(hub.Ann, "run", scene.Run);

        Assert.Equal(
            Sorted($"model_version {scene.Model}/1 answers endpoint /model/{scene.Model}/@champion/invocations", $"model_version {scene.Model}/1 answers endpoint /model/{scene.Model}/Production/invocations"),
            Edges(graph).Where(e => e.Contains(" answers ", StringComparison.Ordinal)));
        Assert.Equal(400, (await hub.Ann.AskAsync(HttpMethod.Get, Url("endpoint", $"/model/{scene.Model}/Production/invocations"))).Status);
    }

    [Fact]
    public async Task A_run_shows_its_children_and_a_model_who_reads_it()
    {
        var scene = await SceneAsync();
        var reader = await hub.Ann.GivenRunAsync(scene.Experiment, "evaluation");
        await hub.Ann.CallAsync("/runs/log-inputs", new { run_id = reader, models = new[] { new { model_id = scene.Logged } } });

        Assert.Contains($"run {scene.Parent} parent of run {scene.Run}", Edges(await AskAsync(hub.Ann, "run", scene.Parent)));
        Assert.Contains($"logged_model {scene.Logged} read by run {reader}", Edges(await AskAsync(hub.Ann, "logged_model", scene.Logged)));
        Assert.Equal([$"logged_model {scene.Logged} read by run {reader}", $"run {scene.Run} made logged_model {scene.Logged}"], Edges(await AskAsync(hub.Ann, "run", reader)));
    }

    [Fact]
    public async Task What_one_may_not_read_is_in_no_graph()
    {
        var scene = await SceneAsync();
        var secret = await hub.Ann.GivenExperimentAsync($"secret-{Guid.NewGuid():N}");
        var hidden = await hub.Ann.GivenRunAsync(secret, "hidden run");
        await LogDatasetAsync(hidden, scene.Digest);
        await hub.Ann.CallAsync("/experiments/permissions/create", new { experiment_id = scene.Experiment, username = "bob", permission = "READ" });

        var asBob = await AskAsync(hub.Bob, "dataset", scene.Digest);

        Assert.Equal([$"dataset {scene.Digest}", $"logged_model {scene.Logged}", $"run {scene.Run}"], Nodes(asBob));
        Assert.Contains($"run {hidden}", Nodes(await AskAsync(hub.Ann, "dataset", scene.Digest)));
        Assert.Equal(
            Sorted("code 0123456789abcdef", $"dataset {scene.Digest}", $"logged_model {scene.Logged}", $"run {scene.Parent}", $"run {scene.Run}", "table /data/sales@3"),
            Nodes(await AskAsync(hub.Bob, "run", scene.Run)));
        foreach (var (kind, id) in new[] { ("model_version", $"{scene.Model}/1"), ("run", hidden), ("run", "none"), ("dataset", "none") })
        {
            Assert.Equal(404, (await hub.Bob.AskAsync(HttpMethod.Get, Url(kind, id))).Status);
        }

        using var bob = new Visitor(hub);
        await bob.SignInAsync("bob");
        var page = (await bob.GetAsync($"/experiments/{scene.Experiment}/runs/{scene.Run}?tab=lineage")).Html;
        Assert.Contains(scene.Logged, page, StringComparison.Ordinal);
        Assert.DoesNotContain(scene.Model, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_reads_only_the_model_sees_the_version_alone()
    {
        var scene = await SceneAsync();
        var id = (string)(await hub.Ann.ReadAsync($"/databricks/registered-models/get?name={scene.Model}"))["registered_model_databricks"]!["id"]!;
        await hub.Ann.AskAsync(HttpMethod.Patch, $"/api/2.0/permissions/registered-models/{id}", new { access_control_list = new[] { new { user_name = "bob", permission_level = "CAN_READ" } } });

        Assert.Equal([$"model_version {scene.Model}/1"], Nodes(await AskAsync(hub.Bob, "model_version", $"{scene.Model}/1")));
    }

    [Fact]
    public async Task More_than_fit_are_counted()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"wide-{Guid.NewGuid():N}");
        var digest = Guid.NewGuid().ToString("N");
        for (var i = 0; i < Limits.LineageBreadth + 3; i++)
        {
            await LogDatasetAsync(await hub.Ann.GivenRunAsync(experiment), digest);
        }

        var graph = await AskAsync(hub.Ann, "dataset", digest);

        Assert.Equal(Limits.LineageBreadth + 1, graph["nodes"]!.AsArray().Count);
        Assert.Equal($$"""[{"of":{"kind":"dataset","id":"{{digest}}"},"kind":"run","count":3}]""", graph["more"]!.ToJsonString());
        using var ann = new Visitor(hub);
        await ann.SignInAsync("ann");
        var page = WebUtility.HtmlDecode((await ann.GetAsync($"/datasets/{digest}")).Html);
        Assert.Contains("and 3 runs more", page, StringComparison.Ordinal);
        Assert.Contains("28 runs depend on this", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("table", "x", 400)]
    [InlineData("code", "x", 400)]
    [InlineData("9", "x", 400)]
    [InlineData("", "x", 400)]
    [InlineData("model_version", "no-number", 400)]
    [InlineData("model_version", "none/1", 404)]
    [InlineData("logged_model", "m-0", 404)]
    public async Task What_cannot_be_asked_is_refused(string kind, string id, int status) => Assert.Equal(status, (await hub.Ann.AskAsync(HttpMethod.Get, Url(kind, id))).Status);

    [Fact]
    public void Runs_that_are_each_others_parents_do_not_keep_the_layout_busy()
    {
        LineageId one = new(LineageKind.Run, "1"), two = new(LineageKind.Run, "2");
        var layout = new LineageLayout(new(one, [new(one, "one"), new(two, "two")], [new(one, two, "parent of"), new(two, one, "parent of")], []));

        Assert.Equal(2, layout.Lanes.Sum(l => l.Count));
        Assert.NotEmpty(layout.Line(layout.Graph.Edges[0]));
    }

    private async Task<Scene> SceneAsync()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"lineage-{Guid.NewGuid():N}");
        var (parent, run) = (await hub.Ann.GivenRunAsync(experiment, "sweep"), await hub.Ann.GivenRunAsync(experiment, "trained"));
        var digest = Guid.NewGuid().ToString("N");
        await LogDatasetAsync(run, digest);
        foreach (var (key, value) in new[] { ("mlflow.parentRunId", parent), ("mlflow.source.git.commit", "0123456789abcdef"), ("mlflow.source.name", "train.py"), ("sparkDatasourceInfo", "path=/data/sales,version=3,format=delta") })
        {
            await hub.Ann.CallAsync("/runs/set-tag", new { run_id = run, key, value });
        }

        var logged = await hub.Ann.GivenLoggedModelAsync(experiment, "trees", run);
        await hub.Ann.UploadOfModelAsync(experiment, logged, "MLmodel", "flavors: {}"u8.ToArray());
        var model = $"lineage-{Guid.NewGuid():N}";
        await hub.Ann.CallAsync("/registered-models/create", new { name = model });
        await hub.Ann.CallAsync("/model-versions/create", new { name = model, source = $"models:/{logged}", run_id = run, model_id = logged });
        await hub.Ann.CallAsync("/model-versions/transition-stage", new { name = model, version = "1", stage = "Production" });
        await hub.Ann.CallAsync("/registered-models/alias", new { name = model, alias = "champion", version = "1" });
        return new(experiment, parent, run, digest, logged, model);
    }

    private Task<JsonObject> LogDatasetAsync(string run, string digest) =>
        hub.Ann.CallAsync("/runs/log-inputs", new { run_id = run, datasets = new[] { new { dataset = new { name = "houses", digest, source_type = "local", source = """{"uri": "houses.csv"}""" } } } });

    private static async Task<JsonObject> AskAsync(HttpClient who, string kind, string id)
    {
        var answer = await who.AskAsync(HttpMethod.Get, Url(kind, id));
        Assert.Equal(200, answer.Status);
        return answer.Json;
    }

    private static string Url(string kind, string id) => $"/api/2.0/mlhub/lineage/get?kind={kind}&id={Uri.EscapeDataString(id)}";

    private static string[] Nodes(JsonObject graph) => [.. graph["nodes"]!.AsArray().Select(n => Name(n!)).Order(StringComparer.Ordinal)];

    private static string[] Edges(JsonObject graph) => [.. graph["edges"]!.AsArray().Select(e => $"{Name(e!["from"]!)} {e["relation"]} {Name(e["to"]!)}").Order(StringComparer.Ordinal)];

    private static string[] Sorted(params string[] lines) => [.. lines.Order(StringComparer.Ordinal)];

    private static string Name(JsonNode node) => $"{node["kind"]} {node["id"]}";

    private sealed record Scene(string Experiment, string Parent, string Run, string Digest, string Logged, string Model);
}
