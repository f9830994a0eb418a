using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving.Capture;

/// <summary>What a version is asked and answers, against the sample that it carries.</summary>
public sealed class DriftTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task A_column_that_moved_and_the_answers_that_moved_with_it_are_told()
    {
        var model = await GivenModelAsync("a,b,sum\n" + string.Concat(Enumerable.Range(0, 200).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{i % 10},{i + (i % 10)}\n"))));
        await hub.Ann.SetCaptureAsync(model);
        var rows = string.Join(", ", Enumerable.Range(0, 50).Select(i => string.Create(CultureInfo.InvariantCulture, $"[{1000 + i}, {i % 10}]")));
        Assert.Equal(200, (await hub.Ann.InvokeAsync(model, "1", $$$"""{"dataframe_split": {"columns": ["a", "b"], "data": [{{{rows}}}]}}""")).Status);
        await hub.Ann.CapturedAsync(model, until: n => n == 1);

        await Eventually.TrueAsync(async () => (await DriftAsync(model))["predictions"]!.AsArray().Count > 0);
        var drift = await DriftAsync(model);

        Assert.Equal(("training_sample.csv", 200, 1, 50), ((string?)drift["sample"], (int)drift["sample_rows"]!, (int)drift["requests"]!, (int)drift["rows"]!));
        Assert.Equal([("a", "LARGE", 1.0), ("b", "STABLE", 0.0)], drift["features"]!.AsArray().Select(f => ((string)f!["name"]!, (string)f["verdict"]!, (double)f["ks_statistic"]!)));
        var sum = Assert.Single(drift["predictions"]!.AsArray())!;
        Assert.Equal(("sum", "LARGE", 200, 50), ((string?)sum["name"], (string?)sum["verdict"], (int)sum["sample_values"]!, (int)sum["live_values"]!));
        // The version's own questions to itself are no callers'.
        Assert.Single(await hub.Ann.CapturedAsync(model));
        await using (var db = hub.Open())
        {
            await db.CapturedRequests.Where(c => db.ModelVersions.Any(v => v.Id == c.VersionId && db.RegisteredModels.Any(m => m.Id == v.ModelId && m.Name == model)))
                .ExecuteUpdateAsync(c => c.SetProperty(x => x.At, DateTimeOffset.UtcNow.AddHours(-2)));
        }

        Assert.Equal("No requests of that time are kept.", (string?)(await DriftAsync(model))["why_no_features"]);
        Assert.Equal(403, (await (await ReaderAsync(model)).AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/serving/drift?name={model}&version=1")).Status);
    }

    [Fact]
    public async Task A_sample_in_Parquet_is_compared_as_any_other()
    {
        var model = await GivenModelAsync(await GivenParquet.NumbersAsync([.. Enumerable.Range(0, 200).Select(i => (double)i)], [.. Enumerable.Range(0, 200).Select(i => i % 10.0)]), "training_sample.parquet");
        await hub.Ann.SetCaptureAsync(model);
        var rows = string.Join(", ", Enumerable.Range(0, 50).Select(i => string.Create(CultureInfo.InvariantCulture, $"[{1000 + i}, {i % 10}]")));
        Assert.Equal(200, (await hub.Ann.InvokeAsync(model, "1", $$$"""{"dataframe_split": {"columns": ["a", "b"], "data": [{{{rows}}}]}}""")).Status);
        await hub.Ann.CapturedAsync(model, until: n => n == 1);

        var drift = await DriftAsync(model);

        Assert.Equal(("training_sample.parquet", 200), ((string?)drift["sample"], (int)drift["sample_rows"]!));
        Assert.Equal([("a", "LARGE"), ("b", "STABLE")], drift["features"]!.AsArray().Select(f => ((string)f!["name"]!, (string)f["verdict"]!)));
        var broken = await DriftAsync(await GivenModelAsync("PAR1 is not enough PAR1"u8.ToArray(), "training_sample.parquet"));
        Assert.Contains("cannot be read: it is no Parquet file that MlHub can read.", (string?)broken["why_no_features"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_sample_or_requests_it_says_why()
    {
        var (bare, broken, quiet) = (await hub.Ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles, ServedModelCalls.Example), await GivenModelAsync("a,b\n\"1"), await GivenModelAsync("a,b\n1,2\n"));

        Assert.Contains("carries no training sample", (string?)(await DriftAsync(bare))["why_no_features"], StringComparison.Ordinal);
        Assert.Contains("cannot be read", (string?)(await DriftAsync(broken))["why_no_features"], StringComparison.Ordinal);
        Assert.Contains("No requests", (string?)(await DriftAsync(quiet))["why_no_features"], StringComparison.Ordinal);
        Assert.Equal(400, (await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/serving/drift?name={quiet}&version=1&hours=0")).Status);
    }

    private async Task<JsonObject> DriftAsync(string model) => (await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/serving/drift?name={model}&version=1&hours=1")).Json;

    private async Task<HttpClient> ReaderAsync(string model)
    {
        var name = $"r-{Guid.NewGuid():N}";
        var reader = await hub.ProgramOfAsync(name);
        await hub.Ann.CallAsync("/registered-models/permissions/create", new { name = model, username = name, permission = "READ" });
        return reader;
    }

    private Task<string> GivenModelAsync(string sample) => GivenModelAsync(Encoding.UTF8.GetBytes(sample), "training_sample.csv");

    private async Task<string> GivenModelAsync(byte[] sample, string name)
    {
        var model = $"m-{Guid.NewGuid():N}";
        await hub.Ann.GivenOnnxVersionAsync(model, OnnxModels.Sum, ServedModelCalls.TwoDoubles, more: [(name, sample)]);
        await hub.Ann.EnableServingAsync(model);
        return model;
    }
}
