using System.Text.Json.Nodes;

namespace MlHub.Web.Tests.Clients;

/// <summary>What the tests of MLflow's own Python client ask of a model registry, in its versions 2 and 3.</summary>
public sealed class RegistryClientTests(PortHub hub) : IClassFixture<PortHub>
{
    private const string Source = "runs:/run_id/model";

    [Fact]
    public async Task Models_come_by_name_on_pages_of_any_size()
    {
        var mark = $"CreateRM{Guid.NewGuid():N}";
        var names = Enumerable.Range(0, 29).Select(i => $"{mark}{i:000}").ToList();
        foreach (var name in names)
        {
            await hub.Ann.CallAsync("/registered-models/create", new { name });
        }

        foreach (var size in new[] { 1, 8, 100 })
        {
            Assert.Equal(names, await NamesAsync($"name LIKE '{mark}%'", size));
            Assert.Equal(names.Where(n => n.EndsWith('7')), await NamesAsync($"name LIKE '{mark}%7'", size));
            Assert.Equal(names.Where(n => n.Contains($"{mark}00", StringComparison.Ordinal)), await NamesAsync($"name ILIKE '%{mark.ToUpperInvariant()}00%'", size));
            Assert.Equal([], await NamesAsync($"name LIKE '%{mark.ToUpperInvariant()}00%'", size));
            Assert.Equal([names[23]], await NamesAsync($"name = '{names[23]}' AND tag.`mlflow.prompt.is_prompt` != 'true'", size));
        }
    }

    [Fact]
    public async Task Versions_come_the_last_updated_first_then_by_name_and_number()
    {
        var mark = $"mv{Guid.NewGuid():N}";
        string[] names = [$"{mark}a", $"{mark}b", $"{mark}c"];
        foreach (var name in names)
        {
            await hub.Ann.CallAsync("/registered-models/create", new { name });
        }

        List<(string Name, int Version, long Time)> made = [];
        foreach (var name in names.Concat(names[..2]))
        {
            await Task.Delay(2);
            var version = (await hub.Ann.CallAsync("/model-versions/create", new { name, source = Source, run_id = "run_id" }))["model_version"]!;
            made.Add((name, int.Parse((string)version["version"]!), (long)version["last_updated_timestamp"]!));
        }

        Assert.Equal(made.OrderByDescending(v => v.Time).Select(v => (v.Name, v.Version)), await VersionsAsync(mark, ""));
        Assert.Equal(
            made.OrderByDescending(v => v.Name, StringComparer.Ordinal).ThenByDescending(v => v.Version).Select(v => (v.Name, v.Version)), await VersionsAsync(mark, "&order_by=name+DESC"));
        Assert.Equal(
            made.OrderByDescending(v => v.Version).ThenBy(v => v.Name, StringComparer.Ordinal).Select(v => (v.Name, v.Version)), await VersionsAsync(mark, "&order_by=version_number+DESC"));
    }

    [Fact]
    public async Task What_is_gone_is_told_in_MLflows_words()
    {
        var name = $"DeleteRM {Guid.NewGuid():N}";
        await hub.Ann.CallAsync("/registered-models/create", new { name });
        await hub.Ann.CallAsync("/model-versions/create", new { name, source = Source, run_id = "run_id_1" });

        var twice = await hub.Ann.PostedAsync("/registered-models/create", new { name });
        var noNumber = await hub.Ann.GotAsync($"/model-versions/get?name={Uri.EscapeDataString(name)}&version=something+not+correct");
        await SendAsync(HttpMethod.Delete, "/model-versions/delete", new { name, version = "1" }, 200);
        var deleted = await SendAsync(HttpMethod.Delete, "/model-versions/delete", new { name, version = "1" });
        var updated = await SendAsync(HttpMethod.Patch, "/model-versions/update", new { name, version = "1", description = "d" });
        var moved = await hub.Ann.PostedAsync("/model-versions/transition-stage", new { name, version = "1", stage = "Staging", archive_existing_versions = false });
        var next = await hub.Ann.CallAsync("/model-versions/create", new { name, source = Source, run_id = "run_id_1" });
        await SendAsync(HttpMethod.Delete, "/registered-models/delete", new { name }, 200);
        var got = await hub.Ann.GotAsync($"/registered-models/get?name={Uri.EscapeDataString(name)}");
        var renamed = await hub.Ann.PostedAsync("/registered-models/rename", new { name, new_name = "something else" });

        Assert.Equal((400, "RESOURCE_ALREADY_EXISTS"), (twice.Status, twice.Code));
        Assert.Matches("Registered Model .+ already exists", twice.Message);
        Assert.Equal("Parameter 'version' must be an integer, got 'something not correct'.", noNumber.Message);
        Assert.Equal("INVALID_PARAMETER_VALUE", noNumber.Code);
        Assert.All([deleted, updated, moved], a => Assert.Matches("Model Version .+ not found", a.Message));
        Assert.Equal("2", (string?)next["model_version"]!["version"]);
        Assert.All([got, renamed], a => Assert.Equal($"Registered Model with name={name} not found", a.Message));
        await hub.Ann.CallAsync("/registered-models/create", new { name });
    }

    [Fact]
    public async Task A_copy_keeps_what_it_was_copied_from()
    {
        var name = $"CopyMV{Guid.NewGuid():N}";
        await hub.Ann.CallAsync("/registered-models/create", new { name });
        var tags = new[] { new { key = "hello", value = "world" } };
        await hub.Ann.CallAsync("/model-versions/create", new { name, source = Source, run_id = "run_id_1", description = "dummy", tags });

        await hub.Ann.CallAsync("/model-versions/create", new { name, source = $"models:/{name}/1", run_id = "run_id_1", description = "dummy", tags });
        var copy = (await hub.Ann.GotAsync($"/model-versions/get?name={name}&version=2")).Json["model_version"]!;
        var uri = await hub.Ann.GotAsync($"/model-versions/get-download-uri?name={name}&version=2");

        Assert.Equal(($"models:/{name}/1", "dummy", "run_id_1"), ((string?)copy["source"], (string?)copy["description"], (string?)copy["run_id"]));
        Assert.Equal("world", (string?)copy["tags"]!.AsArray().Single()!["value"]);
        Assert.Equal(Source, (string?)uri.Json["artifact_uri"]);
    }

    [Theory]
    [InlineData("artifacts:/0/RUN/artifacts", null)]
    [InlineData("mlflow-artifacts:/models", null)]
    [InlineData("mlflow-artifacts:/models/", null)]
    [InlineData("mlflow-artifacts:/models///", null)]
    [InlineData("mlflow-artifacts:/models/foo///bar", null)]
    [InlineData("mlflow-artifacts://host:9000/models", null)]
    [InlineData("mlflow-artifacts://host:9000/models/artifact/..../", null)]
    [InlineData("mlflow-artifacts://host:9000/models/../../../", "If supplying a source as an http, https,")]
    [InlineData("http://host:9000/models/../../../", "If supplying a source as an http, https,")]
    [InlineData("s3a://my_bucket/api/2.0/mlflow-artifacts/artifacts/../../../", "If supplying a source as an http, https,")]
    [InlineData("ftp://host:8888/api/2.0/mlflow-artifacts/artifacts/../../../", "If supplying a source as an http, https,")]
    [InlineData("mlflow-artifacts://host:9000/models/..%2f..%2fartifacts", "If supplying a source as an http, https,")]
    [InlineData("mlflow-artifacts://host:9000/models/artifact%00", "If supplying a source as an http, https,")]
    [InlineData("dbfs:/RUN/artifacts/a%3f/../../../../", "Invalid model version source")]
    [InlineData("/tmp", "To use a local path as a model version")]
    [InlineData("file:///tmp", "To use a local path as a model version")]
    public async Task Sources_are_taken_and_refused_as_by_MLflow(string source, string? words)
    {
        var (_, run) = await hub.GivenRunAsync();
        var name = $"m{Guid.NewGuid():N}";
        await hub.Ann.CallAsync("/registered-models/create", new { name });

        var answer = await hub.Ann.PostedAsync("/model-versions/create", new { name, source = source.Replace("RUN", run, StringComparison.Ordinal), run_id = run });

        Assert.Equal(words is null ? 200 : 400, answer.Status);
        Assert.Contains(words ?? "model_version", answer.Message ?? answer.Text, StringComparison.Ordinal);
    }

    private async Task<Answer> SendAsync(HttpMethod method, string call, object body, int? status = null)
    {
        var answer = await hub.Ann.AskAsync(method, MlflowCalls.Api + call, body);
        Assert.True(status is null || status == answer.Status, answer.Text);
        return answer;
    }

    private async Task<List<string>> NamesAsync(string filter, int size)
    {
        List<string> names = [];
        string? token = null;
        do
        {
            var page = await hub.Ann.GotAsync($"/registered-models/search?filter={Uri.EscapeDataString(filter)}&max_results={size}&page_token={token}");
            names.AddRange((page.Json["registered_models"]?.AsArray() ?? new JsonArray()).Select(m => (string)m!["name"]!));
            token = (string?)page.Json["next_page_token"];
        }
        while (token is not null);
        return names;
    }

    private async Task<List<(string, int)>> VersionsAsync(string mark, string order)
    {
        var found = await hub.Ann.GotAsync($"/model-versions/search?filter={Uri.EscapeDataString($"name LIKE '{mark}%'")}{order}");
        return [.. found.Json["model_versions"]!.AsArray().Select(v => ((string)v!["name"]!, int.Parse((string)v["version"]!)))];
    }
}
