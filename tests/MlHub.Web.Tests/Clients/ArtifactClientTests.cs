namespace MlHub.Web.Tests.Clients;

/// <summary>What MLflow's own Python client and its tests ask of the proxied artifact store, on the wire over a real port.</summary>
public sealed class ArtifactClientTests(PortHub hub) : IClassFixture<PortHub>
{
    private const string Store = "/api/2.0/mlflow-artifacts/artifacts";

    /// <summary>Clients up to 3.10 join the parts of such a name with percent signs, which they and MLflow's server decode again.</summary>
    [Theory]
    [InlineData("dog%step%5%timestamp%1732930000000%g1a-2b.png", "dog%step%5%timestamp%1732930000000%g1a-2b.png")]
    [InlineData("dog%step%100%timestamp%1732930000000%u1a2b%compressed.webp", "dog%step%100%timestamp%1732930000000%u1a2b%compressed.webp")]
    [InlineData("dog%step%20%timestamp%1732930000000%z.png", "dog%step %timestamp%1732930000000%z.png")]
    [InlineData("dog+step+20+timestamp+100+z.png", "dog+step+20+timestamp+100+z.png")]
    public async Task An_image_of_a_step_is_stored_listed_and_read(string name, string stored)
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var folder = $"{Store}/{experiment}/{run}/artifacts/images%20100%25";

        var put = await hub.Ann.AskAsync(HttpMethod.Put, $"{folder}/{Uri.EscapeDataString(name)}", new ByteArrayContent([7]));
        var listed = await hub.Ann.GotAsync($"/artifacts/list?run_id={run}&path=images%20100%25");
        var proxied = await hub.Ann.AskAsync(HttpMethod.Get, $"{Store}?path={experiment}/{run}/artifacts/images%20100%25");

        Assert.Equal((200, "{}"), (put.Status, put.Text));
        Assert.Equal($"images 100%/{stored}", (string?)listed.Json["files"]!.AsArray().Single()!["path"]);
        Assert.Equal(stored, (string?)proxied.Json["files"]!.AsArray().Single()!["path"]);
        foreach (var spelt in new[] { name, stored })
        {
            Assert.Equal([7], await hub.Ann.GetByteArrayAsync($"{folder}/{Uri.EscapeDataString(spelt)}"));
            using var response = await hub.Ann.GetAsync($"/get-artifact?run_id={run}&path=images%20100%25%2F{Uri.EscapeDataString(spelt)}");
            Assert.Equal([7], await response.Content.ReadAsByteArrayAsync());
            Assert.Equal(stored, response.Content.Headers.ContentDisposition!.FileNameStar);
        }
    }

    /// <summary>As download_artifacts(run_id, "."), which puts the folder before all that it finds there.</summary>
    [Fact]
    public async Task The_folder_of_one_dot_is_the_root()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.UploadAsync(experiment, run, "dir/sub/my.file", [1]);
        string List(string path) => $"{Store}?path={experiment}/{run}/artifacts/{path}";

        var root = await hub.Ann.AskAsync(HttpMethod.Get, List("."));
        var folder = await hub.Ann.AskAsync(HttpMethod.Get, List("./dir"));
        var below = await hub.Ann.AskAsync(HttpMethod.Get, List("./dir/sub"));

        Assert.Equal("""{"files":[{"path":"dir","is_dir":true}]}""", root.Text);
        Assert.Equal("""{"files":[{"path":"sub","is_dir":true}]}""", folder.Text);
        Assert.Equal("""{"files":[{"path":"my.file","is_dir":false,"file_size":1}]}""", below.Text);
    }

    [Fact]
    public async Task The_root_of_the_store_lists_the_callers_own_files()
    {
        await hub.GivenRunAsync();
        await hub.Ann.AskAsync(HttpMethod.Put, $"{Store}/a.txt", new ByteArrayContent([1]));
        await hub.Ann.AskAsync(HttpMethod.Put, $"{Store}/dir/b.txt", new ByteArrayContent([1]));

        var root = await hub.Ann.AskAsync(HttpMethod.Get, Store);
        var folder = await hub.Ann.AskAsync(HttpMethod.Get, $"{Store}?path=dir");
        var deleted = await hub.Ann.AskAsync(HttpMethod.Delete, $"{Store}/");

        Assert.Equal("""{"files":[{"path":"a.txt","is_dir":false,"file_size":1},{"path":"dir","is_dir":true}]}""", root.Text);
        Assert.Equal("""{"files":[{"path":"b.txt","is_dir":false,"file_size":1}]}""", folder.Text);
        Assert.Equal(400, deleted.Status);
    }

    [Theory]
    [InlineData("", "x", "Request must specify run_uuid.")]
    [InlineData("?run_uuid=RUN", "x", "Request must specify path.")]
    [InlineData("?run_uuid=RUN&path=", "x", "Request must specify path.")]
    [InlineData("?run_uuid=RUN&path=../test.txt", "x", "Invalid path")]
    [InlineData("?run_uuid=RUN&path=test.txt", "", "Request must specify data.")]
    public async Task An_upload_of_the_page_is_refused_in_MLflows_words(string query, string body, string words)
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.AskAsync(HttpMethod.Post, "/ajax-api/2.0/mlflow/upload-artifact" + query.Replace("RUN", run, StringComparison.Ordinal), body);

        Assert.Equal((400, "INVALID_PARAMETER_VALUE", words), (answer.Status, answer.Code, answer.Message));
    }

    [Theory]
    [InlineData("/api/2.0")]
    [InlineData("/ajax-api/2.0")]
    public async Task A_file_of_a_logged_model_is_read_by_the_models_id(string prefix)
    {
        var (experiment, _) = await hub.GivenRunAsync();
        var id = await hub.Ann.GivenLoggedModelAsync(experiment);
        await hub.Ann.UploadOfModelAsync(experiment, id, "data/MLmodel", "flavors: {}"u8.ToArray());
        var files = $"{prefix}/mlflow/logged-models/{id}/artifacts/files";

        using var found = await hub.Ann.GetAsync($"{files}?artifact_file_path=data/MLmodel");
        var absent = await hub.Ann.AskAsync(HttpMethod.Get, $"{files}?artifact_file_path=nothing");
        var unnamed = await hub.Ann.AskAsync(HttpMethod.Get, files);
        var outside = await hub.Ann.AskAsync(HttpMethod.Get, $"{files}?artifact_file_path=../MLmodel");

        Assert.Equal(("flavors: {}", "text/plain", "MLmodel"), (await found.Content.ReadAsStringAsync(), found.Content.Headers.ContentType!.ToString(), found.Content.Headers.ContentDisposition!.FileName));
        Assert.Equal((404, "RESOURCE_DOES_NOT_EXIST"), (absent.Status, absent.Code));
        Assert.StartsWith("Missing value for required parameter 'artifact_file_path'", unnamed.Message, StringComparison.Ordinal);
        Assert.Equal((400, "Invalid path"), (outside.Status, outside.Message));
    }
}
