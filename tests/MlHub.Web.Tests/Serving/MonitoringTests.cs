using MlHub.Access;
using MlHub.Scoring.Onnx;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>What programs are told of how a served model fares.</summary>
public sealed class MonitoringTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Body = """{"inputs": {"a": [[3]], "b": [[4]]}}""";

    /// <summary>ONNX Runtime warns of it: a constant that is an input too.</summary>
    private static readonly byte[] Talkative = new OnnxGraph()
        .Input("a", ElementType.Int64, 1).Input("b", ElementType.Int64, 1).Stored("b", [1], 7).Output("sum", ElementType.Int64, 1).Node("Add", ["a", "b"], ["sum"]).ToModel();

    [Fact]
    public async Task Requests_are_counted_by_version_and_what_became_of_them()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum);
        await hub.Ann.GivenOnnxVersionAsync(model, OnnxModels.Product);
        foreach (var body in new[] { Body, Body, """{"inputs": {"a": [[3]]}}""" })
        {
            await hub.Ann.InvokeAsync(model, "1", body);
        }

        await hub.Ann.InvokeAsync(model, "2", Body);
        var told = (await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/serving/measures?name={model}&minutes=15")).Json;

        Assert.Equal(60, (int)told["step_seconds"]!);
        var versions = told["versions"]!.AsArray();
        Assert.Equal(["2", "1"], versions.Select(v => (string)v!["version"]!));
        var whole = versions[1]!["whole"]!;
        Assert.Equal((3, 1, 0), ((long)whole["requests"]!, (long)whole["refused"]!, (long)whole["failed"]!));
        Assert.InRange((double)whole["p50_ms"]!, 0.04, 60_000);
        Assert.True((double)whole["p99_ms"]! >= (double)whole["p50_ms"]!);
        Assert.Equal(3, versions[1]!["steps"]!.AsArray().Sum(s => (long)s!["requests"]!));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("20161")]
    [InlineData("-1")]
    [InlineData("soon")]
    public async Task Minutes_are_from_one_to_two_weeks(string minutes)
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum);

        var answer = await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/serving/measures?name={model}&minutes={minutes}");

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
        Assert.Contains("minutes", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_workers_write_is_for_the_models_managers()
    {
        var model = await hub.Ann.GivenServedModelAsync(Talkative);
        Assert.Equal(200, (await hub.Ann.InvokeAsync(model, "1", """{"inputs": {"a": [3], "b": [4]}}""")).Status);
        var (reader, editor) = (await ReaderAsync(model, RegistryPermission.Read), await ReaderAsync(model, RegistryPermission.ManageProduction));

        var lines = (await LogAsync(hub.Ann, model)).Json["lines"]!.AsArray();

        Assert.Contains(lines, l => (string?)l!["level"] == "WARNING" && ((string)l["text"]!).Contains("Initializer b", StringComparison.Ordinal));
        Assert.Equal((403, 403, 404), ((await LogAsync(reader, model)).Status, (await LogAsync(editor, model)).Status, (await LogAsync(hub.Bob, model)).Status));
        Assert.Equal(200, (await reader.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/serving/measures?name={model}")).Status);
    }

    private static Task<Answer> LogAsync(HttpClient who, string model) => who.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/serving/logs?name={model}&version=1");

    private async Task<HttpClient> ReaderAsync(string model, RegistryPermission permission)
    {
        var user = await hub.GivenUserAsync($"u-{Guid.NewGuid():N}");
        await using var db = hub.Open();
        await db.GivenGrantAsync(db.RegisteredModels.Single(m => m.Name == model), user, permission);
        return hub.Bearer(await hub.GivenTokenAsync(user, Scopes.All & ~Scopes.Admin));
    }
}
