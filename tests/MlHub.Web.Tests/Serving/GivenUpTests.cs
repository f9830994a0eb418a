using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>A version that no process can load is given up with the reason, told once, and tried again only where somebody asks for it.</summary>
public sealed class GivenUpTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Sum = """{"inputs": {"a": [[1]], "b": [[2]]}}""", Rows = """{"dataframe_split": {"columns": ["x"], "data": [[1]]}}""";

    public static TheoryData<string, byte[]> Hostile => new()
    {
        { "empty", [] },
        { "text", "no model at all"u8.ToArray() },
        { "cut", OnnxModels.Sum[..40] },
        { "weights elsewhere", OnnxModels.WeightsIn("/etc/passwd") },
        { "weights outside", OnnxModels.WeightsIn("../../../../../../../../../../etc/passwd") },
        { "a cycle", OnnxModels.Cycle },
        { "a claim of 2 GB", OnnxModels.Claim },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_file_that_is_no_model_is_given_up_at_once_and_says_why(string name, byte[] onnx)
    {
        var model = await hub.Ann.GivenServedModelAsync(onnx);

        var answer = await hub.Ann.InvokeAsync(model, "1", Sum);

        Assert.True((answer.Status, answer.Code) == (503, "INVALID_STATE"), $"{name} was answered {answer.Text}");
        Assert.Contains("The model cannot be loaded", answer.Message, StringComparison.Ordinal);
        Assert.Null(answer.Headers.RetryAfter);
        var told = await ToldAsync(model, 1);
        Assert.Equal("FAILED", (string?)(await hub.Ann.ServedVersionAsync(model))["state"]);
        Assert.Contains("The model cannot be loaded", told[0].After, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_kills_its_process_while_it_is_warmed_up_has_three_attempts()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Crash, example: """{"columns": ["x"], "data": [[1]]}""");

        var answer = await hub.Ann.InvokeAsync(model, "1", Rows);

        Assert.Equal((503, "INVALID_STATE", null), (answer.Status, answer.Code, answer.Headers.RetryAfter));
        Assert.Contains("signal 11", answer.Message, StringComparison.Ordinal);
        await ToldAsync(model, 1);

        // It is known to whoever asks, and no process is spent on it.
        await Eventually.TrueAsync(async () => (await hub.Ann.ServedVersionAsync(model))["replicas"]!.AsArray().Count == 0);
        Assert.Equal(answer.Message, (await hub.Ann.InvokeAsync(model, "1", Rows)).Message);
        Assert.Equal("FAILED", (string?)(await hub.Ann.ServedVersionAsync(model))["state"]);
    }

    [Fact]
    public async Task It_is_tried_again_where_a_manager_asks_for_it()
    {
        var model = await hub.Ann.GivenServedModelAsync([1, 2, 3]);
        Assert.Equal(503, (await hub.Ann.InvokeAsync(model, "1", Sum)).Status);
        await ToldAsync(model, 1);
        await Eventually.TrueAsync(async () => (await hub.Ann.ServedVersionAsync(model))["replicas"]!.AsArray().Count == 0);
        var reader = await hub.ProgramOfAsync($"r-{Guid.NewGuid():N}");

        Assert.Equal(404, (await RetryAsync(reader, model)).Status);
        var retried = await RetryAsync(hub.Ann, model);

        Assert.Equal((200, "STOPPED"), (retried.Status, (string?)retried.Json["versions"]![0]!["state"]));
        Assert.Contains("cannot be loaded", (await hub.Ann.InvokeAsync(model, "1", Sum)).Message, StringComparison.Ordinal);
        await ToldAsync(model, 2);
        Assert.Equal(200, (await RetryAsync(hub.Ann, await hub.Ann.GivenServedModelAsync(OnnxModels.Sum))).Status);
    }

    [Fact]
    public async Task Other_limits_are_another_chance_and_an_answer_of_a_hundred_gigabytes_costs_nothing_but_its_request()
    {
        var model = await hub.Ann.GivenServedModelAsync([1, 2, 3]);
        Assert.Equal(503, (await hub.Ann.InvokeAsync(model, "1", Sum)).Status);
        await ToldAsync(model, 1);
        await hub.Ann.SettleAsync(model, new { memory_mb = 300 });
        await Eventually.TrueAsync(async () => (string?)(await hub.Ann.ServedVersionAsync(model))["state"] == "STOPPED");

        var large = await hub.Ann.GivenServedModelAsync(OnnxModels.Memory);
        Assert.Equal(400, (await hub.Ann.InvokeAsync(large, "1", """{"inputs": [25000000000]}""")).Status);
        Assert.Equal(200, (await hub.Ann.InvokeAsync(large, "1", """{"inputs": [10]}""")).Status);
    }

    private static Task<Answer> RetryAsync(HttpClient client, string model) => client.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/retry", new { name = model, version = "1" });

    /// <summary>Exactly so many events of failures, once they are written.</summary>
    private async Task<List<HubEvent>> ToldAsync(string model, int times)
    {
        List<HubEvent> events = [];
        await Eventually.TrueAsync(async () =>
        {
            await using var db = hub.Open();
            events = await db.Events.Where(e => e.Kind == EventKinds.ServingFailed && e.Subject.StartsWith(model)).OrderBy(e => e.Id).ToListAsync();
            return events.Count >= times;
        });
        Assert.Equal(times, events.Count);
        return events;
    }
}
