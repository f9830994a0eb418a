using System.Text;

namespace MlHub.Web.Tests.Compare;

/// <summary>What bots read before they speak for a version, or choose among runs.</summary>
public sealed class CompareApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task Two_versions_are_compared_field_for_field()
    {
        var model = await GivenVersionsAsync(
            (0.9, "4", """{"type": "double", "name": "area", "required": true}""", "shap==0.46\nnumpy==1.26"),
            (0.95, "5", """{"type": "double", "name": "surface", "required": true}""", "shap==0.47\nnumpy==1.26"));

        var answer = (await CompareAsync(model, "versions=1&versions=2")).Json;

        Assert.Equal(["1", "2"], answer["versions"]!.AsArray().Select(v => (string)v!["version"]!));
        Assert.Equal("""[{"name":"depth","change":"CHANGED","from":"4","to":"5"}]""", answer["params"]!.ToJsonString());
        var metric = Assert.Single(answer["metrics"]!.AsArray())!;
        Assert.Equal(("accuracy", 0.9, 0.95, "HIGHER_IS_BETTER", "BETTER"), ((string)metric["name"]!, (double)metric["from"]!, (double)metric["to"]!, (string)metric["direction"]!, (string)metric["trend"]!));
        Assert.Equal("BREAKING", (string)answer["schema"]!["verdict"]!);
        Assert.Equal([("area", "REMOVED"), ("surface", "ADDED")], answer["schema"]!["inputs"]!.AsArray().Select(f => ((string)f!["name"]!, (string)f["change"]!)));
        Assert.Equal("""{"type":"double","required":true}""", answer["schema"]!["inputs"]![0]!["from"]!.ToJsonString());
        Assert.Null(answer["schema"]!["inputs"]![0]!["to"]);
        Assert.Equal("[]", answer["schema"]!["outputs"]!.ToJsonString());
        Assert.Equal(["numpy SAME 1.26", "shap CHANGED 0.47"], answer["environment"]!.AsArray().Select(e => $"{e!["name"]} {e["change"]} {e["to"]}"));
        Assert.Equal(["commit CHANGED c4 c5"], answer["code"]!.AsArray().Select(c => $"{c!["name"]} {c["change"]} {c["from"]} {c["to"]}"));
        Assert.Equal("[]", answer["data"]!.ToJsonString());
        Assert.Contains("mlflow.shap", (string)answer["explanations"]!["reason"]!, StringComparison.Ordinal);
        Assert.Equal("[]", answer["explanations"]!["features"]!.ToJsonString());
    }

    [Theory]
    [InlineData("versions=1", 400, "two versions")]
    [InlineData("versions=1&versions=2&versions=1", 400, "two versions")]
    [InlineData("", 400, "'versions'")]
    [InlineData("versions=1&versions=9", 404, "9")]
    [InlineData("versions=1&versions=x", 400, "x")]
    public async Task Other_than_two_versions_are_refused(string versions, int status, string words)
    {
        var model = await GivenVersionsAsync((0.9, "4", "", ""), (0.8, "4", "", ""));

        var answer = await CompareAsync(model, versions);

        Assert.Equal(status, answer.Status);
        Assert.Contains(words, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_may_let_inputs_go()
    {
        const string Area = """{"type": "double", "name": "area", "required": true}""";
        var model = await GivenVersionsAsync((0.9, "4", Area + """, {"type": "long", "name": "rooms"}""", ""), (0.9, "4", Area, ""));
        await hub.Ann.CallAsync("/model-versions/transition-stage", new { name = model, version = "1", stage = "Production" });
        var strict = await CompareAsync(model, "versions=1&versions=2");
        await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/policies/set", new { name = model, stage = "Production", policy = new { allow_removed_inputs = true } });

        var lenient = await CompareAsync(model, "versions=1&versions=2");

        Assert.Equal(("BREAKING", "COMPATIBLE"), ((string)strict.Json["schema"]!["verdict"]!, (string)lenient.Json["schema"]!["verdict"]!));
    }

    [Fact]
    public async Task Runs_are_compared_row_by_row_in_the_order_that_was_asked_for()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"compared {Guid.NewGuid():N}");
        var first = await GivenRunAsync(experiment, 0.5, "4");
        var second = await GivenRunAsync(experiment, 0.25, "4");
        var third = await hub.Ann.GivenRunAsync(experiment);

        var answer = (await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/compare/runs?run_ids={second}&run_ids={first}&run_ids={third}")).Json;
        var posted = await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/compare/runs", new { run_ids = new[] { second, first } });

        Assert.Equal([second, first, third], answer["run_ids"]!.AsArray().Select(r => (string)r!));
        Assert.Equal("""[{"key":"loss","differs":true,"direction":"LOWER_IS_BETTER","values":[0.25,0.5,null]}]""", answer["metrics"]!.ToJsonString());
        Assert.Equal("""[{"key":"depth","differs":true,"values":["4","4",null]}]""", answer["params"]!.ToJsonString());
        Assert.Equal("""[{"key":"depth","differs":false,"values":["4","4"]}]""", posted.Json["params"]!.ToJsonString());
    }

    [Fact]
    public async Task Only_runs_that_one_may_read_are_compared_and_not_one_alone()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"compared {Guid.NewGuid():N}");
        var (one, other) = (await hub.Ann.GivenRunAsync(experiment), await hub.Ann.GivenRunAsync(experiment));

        Assert.Equal(404, (await hub.Bob.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/compare/runs?run_ids={one}&run_ids={other}")).Status);
        Assert.Equal(400, (await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/compare/runs?run_ids={one}&run_ids={one}")).Status);
        Assert.Equal(400, (await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/compare/runs", new { run_ids = Enumerable.Range(0, 1001).Select(i => $"{i}") })).Status);
    }

    private Task<Answer> CompareAsync(string model, string versions) => hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/compare/model-versions?name={model}&{versions}");

    private async Task<string> GivenRunAsync(string experiment, double loss, string depth)
    {
        var run = await hub.Ann.GivenRunAsync(experiment);
        await hub.Ann.CallAsync("/runs/log-batch", new
        {
            run_id = run,
            metrics = new[] { new { key = "loss", value = loss, timestamp = 1 } },
            @params = new[] { new { key = "depth", value = depth } },
            tags = new[] { new { key = "mlflow.source.git.commit", value = $"c{depth}" } },
        });
        return run;
    }

    private async Task<string> GivenVersionsAsync(params (double Accuracy, string Depth, string Inputs, string Requirements)[] trainings)
    {
        var model = $"compared-{Guid.NewGuid():N}";
        await hub.Ann.CallAsync("/registered-models/create", new { name = model });
        var experiment = await hub.Ann.GivenExperimentAsync(model);
        foreach (var (accuracy, depth, inputs, requirements) in trainings)
        {
            var run = await hub.Ann.GivenRunAsync(experiment);
            await hub.Ann.CallAsync("/runs/log-batch", new
            {
                run_id = run,
                metrics = new[] { new { key = "accuracy", value = accuracy, timestamp = 1 } },
                @params = new[] { new { key = "depth", value = depth } },
                tags = new[] { new { key = "mlflow.source.git.commit", value = $"c{depth}" } },
            });
            await hub.Ann.UploadAsync(experiment, run, "model/MLmodel", Encoding.UTF8.GetBytes($"flavors:\n  onnx: {{}}\nsignature:\n  inputs: '[{inputs}]'\n  outputs: '[{{\"type\": \"double\", \"name\": \"price\"}}]'\n"));
            await hub.Ann.UploadAsync(experiment, run, "model/requirements.txt", Encoding.UTF8.GetBytes(requirements));
            await hub.Ann.CallAsync("/model-versions/create", new { name = model, source = $"runs:/{run}/model", run_id = run });
        }

        return model;
    }
}
