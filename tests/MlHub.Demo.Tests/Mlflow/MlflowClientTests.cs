using MlHub.Demo.Mlflow;

namespace MlHub.Demo.Tests.Mlflow;

public sealed class MlflowClientTests
{
    [Fact]
    public async Task A_refusal_carries_the_servers_code_and_message()
    {
        await using RecordingHub hub = await RecordingHub.StartAsync();
        hub.Instead = _ => (400, """{"error_code":"INVALID_PARAMETER_VALUE","message":"Param 'seed' was logged already"}""");
        using MlflowClient client = Client(hub);

        var refusal = await Assert.ThrowsAsync<MlflowException>(() => client.LogParametersAsync("run1", [new("seed", "1")], default));

        Assert.Equal("INVALID_PARAMETER_VALUE", refusal.ErrorCode);
        Assert.Contains("Param 'seed' was logged already", refusal.Message);
    }

    [Fact]
    public async Task A_refusal_that_is_not_json_is_told_by_its_status()
    {
        await using RecordingHub hub = await RecordingHub.StartAsync();
        hub.Instead = _ => (401, "You are not authenticated.");
        using MlflowClient client = Client(hub);

        var refusal = await Assert.ThrowsAsync<MlflowException>(() => client.SetTagAsync("run1", "a", "b", default));

        Assert.Equal("Unauthorized", refusal.ErrorCode);
        Assert.Contains("401", refusal.Message);
    }

    [Fact]
    public async Task Each_segment_of_an_artifact_path_is_encoded()
    {
        await using RecordingHub hub = await RecordingHub.StartAsync();
        using MlflowClient client = Client(hub);
        var run = new RunInfo("run1", "7", "RUNNING", "mlflow-artifacts:/7/run1/artifacts");

        await client.UploadAsync(run, "tables/50 % #1+ü.csv", [1, 2], default);

        Assert.Equal("PUT 7/run1/artifacts/tables/50%20%25%20%231%2B%C3%BC.csv", hub.Calls.Single().Name);
        Assert.Equal([1, 2], hub.Calls.Single().Body);
    }

    [Fact]
    public async Task Artifacts_elsewhere_are_refused_before_anything_is_sent()
    {
        await using RecordingHub hub = await RecordingHub.StartAsync();
        using MlflowClient client = Client(hub);
        var run = new RunInfo("run1", "7", "RUNNING", "s3://bucket/run1");

        await Assert.ThrowsAsync<NotSupportedException>(() => client.UploadAsync(run, "a.txt", [], default));

        Assert.Empty(hub.Calls);
    }

    [Fact]
    public async Task A_metric_without_a_number_goes_as_the_text_that_mlflow_reads()
    {
        await using RecordingHub hub = await RecordingHub.StartAsync();
        using MlflowClient client = Client(hub);

        await client.LogMetricsAsync("run1", [new("loss", double.NaN, 5, 1), new("loss", double.PositiveInfinity, 6, 2)], default);

        Assert.Equal(
            """{"run_id":"run1","metrics":[{"key":"loss","value":"NaN","timestamp":5,"step":1},{"key":"loss","value":"Infinity","timestamp":6,"step":2}]}""",
            hub.Calls.Single().Json.ToJsonString());
    }

    [Fact]
    public async Task A_server_under_a_path_keeps_its_path()
    {
        await using RecordingHub hub = await RecordingHub.StartAsync();
        using var client = new MlflowClient(new Uri(hub.Address, "/mlhub"), MlflowCredentials.Bearer("secret"));

        await client.SetExperimentTagAsync("7", "team", "pricing", default);

        Assert.Equal("/mlhub/api/2.0/mlflow/experiments/set-experiment-tag", hub.Calls.Single().Path);
        Assert.Equal("Bearer secret", hub.Calls.Single().Authorization);
    }

    private static MlflowClient Client(RecordingHub hub) => new(hub.Address, MlflowCredentials.Basic("ada", "pass:word"));
}
