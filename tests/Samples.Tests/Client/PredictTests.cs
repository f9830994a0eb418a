using System.Text.Json.Nodes;
using MlHub.Client;
using MlHub.Testing.Serving;

namespace Samples.Tests.Client;

/// <summary>A model in the program answers as the hub's endpoint does.</summary>
public sealed class PredictTests : IClassFixture<RealHub>, IDisposable
{
    private readonly RealHub _hub;
    private readonly ClientScene _scene;

    public PredictTests(RealHub hub) => (_hub, _scene) = (hub, new(hub));

    public void Dispose() => _scene.Dispose();

    private sealed record Home([property: System.Text.Json.Serialization.JsonPropertyName("a")] double Beds, [property: System.Text.Json.Serialization.JsonPropertyName("b")] int Baths);

    private sealed record Answer(double Sum);

    [Fact]
    public async Task Rows_are_dictionaries_records_or_any_objects_and_answers_have_types()
    {
        using var client = _scene.Client();
        await using var model = await client.LoadModelAsync($"models:/{await _scene.GivenSumAsync()}/Production");

        Assert.Equal([3.5], await model.PredictAsync<double>(new { a = 1.5, b = 2 }));
        Assert.Equal([3.5f, 7f], await model.PredictAsync<float>(new[] { new { b = 2f, a = 1.5f }, new { b = 3f, a = 4f } }));
        Assert.Equal([new Answer(5)], await model.PredictAsync<Answer>(new Dictionary<string, object> { ["a"] = 2, ["b"] = 3L, ["more"] = "dropped" }));
        Assert.Equal([new Answer(9), new Answer(1)], await model.PredictAsync<Answer>(new List<Home> { new(4, 5), new(0, 1) }));
        Assert.Equal(6, model.Predict(new JsonObject { ["a"] = 2, ["b"] = 4 }).Number("sum"));
        Assert.True(double.IsNaN(model.Predict(new { a = double.NaN, b = 1 }).Number("sum")));
        Assert.Equal((1, "Production", 2), (model.Version.Number, model.Version.Stage, model.Predict(new[] { new { a = 1, b = 1 }, new { a = 1, b = 1 } }).Count));
        Assert.Equal(5, (double)JsonNode.Parse(model.PredictJson("""{"dataframe_split": {"columns": ["b", "a"], "data": [[2, 3]]}}"""u8.ToArray()).Json[0].GetRawText())!["sum"]!);
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_in_the_hubs_own_words()
    {
        var name = await _scene.GivenSumAsync();
        await _hub.Dana.EnableServingAsync(name);
        using var client = _scene.Client();
        await using var model = await client.LoadModelAsync($"models:/{name}/1");

        foreach (var row in new object[] { new { a = 1 }, new { a = "many", b = 2 }, new { a = 1, c = 2 }, new { A = 1, b = 2 } })
        {
            var refusal = Assert.Throws<MlHubException>(() => model.Predict(row));
            var served = await _hub.Dana.InvokeAsync(name, "1", System.Text.Json.JsonSerializer.Serialize(new { dataframe_records = new[] { row } }));

            Assert.Equal((MlHubProblem.BadInput, served.Message, served.Status), (refusal.Problem, refusal.Message, refusal.Status));
        }

        foreach (var none in new object[] { 5, "text", new[] { 1, 2 }, new object?[] { null }, new { a = double.PositiveInfinity, b = 1 } })
        {
            Assert.Equal(MlHubProblem.BadInput, Assert.Throws<MlHubException>(() => model.Predict(none)).Problem);
        }
    }

    [Fact]
    public async Task Predictions_are_those_of_the_endpoint_to_the_last_bit()
    {
        var name = await _scene.GivenSumAsync();
        await _hub.Dana.EnableServingAsync(name);
        using var client = _scene.Client();
        await using var model = await client.LoadModelAsync($"models:/{name}/Production");
        Random random = new(7);
        var rows = Enumerable.Range(0, 500).Select(_ => new { a = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-20, 20)), b = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-20, 20)) }).ToList();

        var served = await _hub.Dana.InvokeAsync(name, "Production", new { dataframe_records = rows });

        Assert.Equal(200, served.Status);
        Assert.Equal(served.Json["predictions"]!.AsArray().Select(r => r!["sum"]!.ToJsonString()), model.Predict(rows).Json.EnumerateArray().Select(r => r.GetProperty("sum").GetRawText()));
    }

    [Fact]
    public async Task A_column_of_singles_reaches_the_model_without_a_change_of_bits()
    {
        using var client = _scene.Client();
        await using var model = await client.LoadModelAsync($"models:/{await _scene.GivenSumAsync()}/Production");
        Random random = new(8);
        var values = Enumerable.Range(0, 1000).Select(_ => BitConverter.Int32BitsToSingle(random.Next())).Where(float.IsFinite).ToList();

        var answers = await model.PredictAsync<float>(values.Select(v => new { a = v, b = 0f }).ToList());

        Assert.Equal(values.Select(BitConverter.SingleToInt32Bits), answers.Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void The_library_knows_nothing_of_the_hubs_inside() => Assert.Equal(
        ["MlHub.Scoring"],
        typeof(MlHubClient).Assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(n => n.StartsWith("MlHub", StringComparison.Ordinal) || n.StartsWith("Microsoft.", StringComparison.Ordinal)));

    [Theory]
    [InlineData("models:/m/3", "m", "3")]
    [InlineData("models:/house price/Production", "house price", "Production")]
    [InlineData("models:/m@champion", "m", "@champion")]
    [InlineData("models:/a@b/@champion", "a@b", "@champion")]
    [InlineData("models:/m/latest", "m", "latest")]
    [InlineData("models:/m", null, null)]
    [InlineData("models:/", null, null)]
    [InlineData("models:/m/", null, null)]
    [InlineData("m/3", null, null)]
    public void Addresses_are_those_of_MLflow(string text, string? name, string? selector)
    {
        if (name is null)
        {
            Assert.Contains("names no model", Assert.Throws<FormatException>(() => ModelUri.Parse(text)).Message, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(new(name, selector!), ModelUri.Parse(text));
        Assert.Equal(ModelUri.Parse(text), ModelUri.Parse(ModelUri.Parse(text).ToString()));
    }
}
