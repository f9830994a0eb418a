using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>Requests that wait at the same time are computed as one where a model's first dimension is free, and nobody can tell but by the time it takes.</summary>
public sealed class BatchingTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const int Requests = 12;

    [Fact]
    public async Task Requests_are_joined_up_to_the_limit_and_each_gets_its_own_rows()
    {
        var model = await GivenAsync(OnnxModels.Crowd, rows: 8);

        var answers = await Task.WhenAll(Enumerable.Range(0, Requests).Select(i => hub.Ann.InvokeAsync(model, "1", $$"""{"inputs": [{{string.Join(", ", Enumerable.Repeat("[1]", 1 + (i % 2)))}}]}""")));

        Assert.All(answers, a => Assert.Equal(200, a.Status));
        var crowds = answers.Select((a, i) => (Rows: a.Json["predictions"]!["rows"]!.AsArray().Select(r => (int)r![0]!).ToList(), Sent: 1 + (i % 2))).ToList();
        Assert.All(crowds, c => Assert.Equal(c.Sent, c.Rows.Count));
        Assert.All(crowds, c => Assert.InRange(c.Rows[0], c.Sent, 8));
        Assert.Contains(crowds, c => c.Rows[0] > 2);
    }

    [Fact]
    public async Task Answers_are_those_of_requests_that_were_computed_alone_to_the_last_bit()
    {
        var (alone, joined) = (await hub.Ann.GivenServedModelAsync(OnnxModels.Mean), await GivenAsync(OnnxModels.Mean, rows: 64));
        var random = new Random(3);
        var bodies = Enumerable.Range(0, Requests).Select(i => System.Text.Json.JsonSerializer.Serialize(
            new { inputs = Enumerable.Range(0, 1 + (i % 3)).Select(_ => new[] { random.NextSingle() * 1e9f, random.NextSingle(), -random.NextSingle() * 1e-9f }) })).ToList();

        var together = await Task.WhenAll(bodies.Select(b => hub.Ann.InvokeAsync(joined, "1", b)));

        foreach (var (body, answer) in bodies.Zip(together))
        {
            Assert.Equal((await hub.Ann.InvokeAsync(alone, "1", body)).Text, answer.Text);
        }
    }

    [Fact]
    public async Task Rows_of_all_forms_meet_and_what_one_got_wrong_is_only_theirs()
    {
        var model = await GivenAsync(OnnxModels.Choosy, rows: 32, """[{"type": "long", "name": "at", "required": true}]""");
        (string Path, object Body, int Status, string Words)[] asked =
        [
            ($"/model/{model}/1/invocations", """{"dataframe_records": [{"at": 0}, {"at": 2}]}""", 200, """{"predictions":[{"y":10},{"y":30}]}"""),
            ($"/model/{model}/1/invocations", """{"inputs": {"at": [1]}}""", 200, """{"predictions":[{"y":20}]}"""),
            ($"/model/{model}/1/invocations", """{"dataframe_records": [{"at": "x"}]}""", 400, "Failed to convert column at"),
            ($"/model/{model}/1/invocations", """{"dataframe_records": [{"at": 3}]}""", 400, "indices element out of data bounds"),
            ($"/model/{model}/1/invocations", """{"dataframe_split": {"columns": ["at"], "data": []}}""", 200, """{"predictions":[]}"""),
            ($"/v2/models/{model}/infer", """{"inputs": [{"name": "at", "datatype": "INT64", "shape": [2], "data": [2, 1]}]}""", 200, "\"data\":[30,20]"),
            ($"/v2/models/{model}/infer", """{"inputs": [{"name": "at", "datatype": "INT64", "shape": [1], "data": [9]}]}""", 400, "indices element out of data bounds"),
        ];

        var answers = await Task.WhenAll(asked.Concat(asked).Select(a => hub.Ann.AskAsync(HttpMethod.Post, a.Path, a.Body)));

        foreach (var ((_, body, status, words), answer) in asked.Concat(asked).Zip(answers))
        {
            Assert.True(answer.Status == status && answer.Text.Contains(words, StringComparison.Ordinal), $"{body} was answered {answer.Status} {answer.Text}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_that_takes_rows_together_in_another_sense_is_asked_one_by_one(bool sumsUp)
    {
        // One adds all rows up, of the other the signature is fixed to one row.
        var model = sumsUp ? await GivenAsync(OnnxModels.Total, rows: 32) : await GivenAsync(await File.ReadAllBytesAsync(RealModels.PathOf("hey_jarvis_v0.1.onnx")), rows: 32);
        var body = sumsUp ? """{"inputs": [[1], [2]]}""" : $$"""{"inputs": [[{{string.Join(", ", Enumerable.Repeat($"[{string.Join(", ", Enumerable.Repeat("0", 96))}]", 16))}}]]}""";

        var answers = await Task.WhenAll(Enumerable.Range(0, Requests).Select(_ => hub.Ann.InvokeAsync(model, "1", body)));

        Assert.All(answers, a => Assert.Equal((200, answers[0].Text), (a.Status, a.Text)));
        Assert.True(!sumsUp || answers[0].Text == """{"predictions":{"total":[[3]]}}""", answers[0].Text);
    }

    /// <summary>Warm, and so patient that requests that are sent together meet.</summary>
    private async Task<string> GivenAsync(byte[] onnx, int rows, string? inputs = null)
    {
        var model = await hub.Ann.GivenServedModelAsync(onnx, inputs);
        await hub.Ann.SettleAsync(model, new { batch_rows = rows, batch_delay_ms = 1000 });
        Assert.Equal(200, (await hub.Ann.AskAsync(HttpMethod.Get, $"/v2/models/{model}")).Status);
        return model;
    }
}
