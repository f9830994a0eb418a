namespace MlHub.Web.Tests.Artifacts;

/// <summary>The call that MLflow's own page uses: POST upload-artifact with the file as the body.</summary>
public sealed class UploadArtifactTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const int Most = 10 * 1024 * 1024;

    [Theory]
    [InlineData("/api/2.0")]
    [InlineData("/ajax-api/2.0")]
    public async Task The_body_becomes_the_file(string prefix)
    {
        var (experiment, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.AskAsync(HttpMethod.Post, $"{prefix}/mlflow/upload-artifact?run_uuid={run}&path=dir/a.txt", new ByteArrayContent([1, 2]));

        Assert.Equal((200, "{}"), (answer.Status, answer.Text));
        Assert.Equal([1, 2], await hub.Ann.GetByteArrayAsync(Asking.ArtifactUrl(experiment, run, "dir/a.txt")));
    }

    [Theory]
    [InlineData(Most, false, 200)]
    [InlineData(Most + 1, false, 400)]
    [InlineData(Most, true, 200)]
    [InlineData(Most + 1, true, 400)]
    public async Task Ten_MiB_are_the_most(int size, bool chunked, int status)
    {
        var (_, run) = await hub.GivenRunAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run}&path=a.bin") { Content = new ByteArrayContent(new byte[size]) };
        request.Headers.TransferEncodingChunked = chunked;

        var answer = await Answer.OfAsync(await hub.Ann.SendAsync(request));

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200 ? "" : "Artifact size is too large. Max size is 10MB.", answer.Status == 200 ? "" : answer.Message);
    }

    [Theory]
    [InlineData("?path=a.txt", "x")]
    [InlineData("?run_uuid=RUN", "x")]
    [InlineData("?run_uuid=RUN&path=a.txt", "")]
    [InlineData("?run_uuid=RUN&path=a%3F/a", "x")]
    [InlineData("?run_uuid=RUN&path=dir/", "x")]
    public async Task Run_path_and_data_are_needed(string query, string body)
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.AskAsync(HttpMethod.Post, "/ajax-api/2.0/mlflow/upload-artifact" + query.Replace("RUN", run, StringComparison.Ordinal), new StringContent(body));

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }
}
