using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace MlHub.Web.Tests.Artifacts;

public sealed class ArtifactApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1_048_576, false)]
    [InlineData(3_000_001, true)]
    public async Task What_was_uploaded_comes_back_byte_for_byte(int size, bool chunked)
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var bytes = RandomNumberGenerator.GetBytes(size);
        using var request = new HttpRequestMessage(HttpMethod.Put, Asking.ArtifactUrl(experiment, run, "deep/er/model.bin")) { Content = new StreamContent(new MemoryStream(bytes)) };
        request.Headers.TransferEncodingChunked = chunked;

        var uploaded = await Answer.OfAsync(await hub.Ann.SendAsync(request));
        var proxied = await hub.Ann.GetByteArrayAsync(Asking.ArtifactUrl(experiment, run, "deep/er/model.bin"));
        var direct = await hub.Ann.GetByteArrayAsync($"/get-artifact?run_uuid={run}&path=deep/er/model.bin");

        Assert.Equal((200, "{}"), (uploaded.Status, uploaded.Text));
        Assert.Equal(bytes, proxied);
        Assert.Equal(bytes, direct);
    }

    [Theory]
    [InlineData("notes.txt", "text/plain")]
    [InlineData("MLmodel", "text/plain")]
    [InlineData("page.html", "text/plain")]
    [InlineData("picture.svg", "text/plain")]
    [InlineData("script.js", "text/plain")]
    [InlineData("data.json", "text/plain")]
    [InlineData("plot.png", "image/png")]
    [InlineData("weights", "application/octet-stream")]
    [InlineData("weights.onnx", "application/octet-stream")]
    public async Task A_download_can_only_be_saved_never_run(string name, string type)
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.UploadAsync(experiment, run, name, "<script>alert(1)</script>"u8.ToArray());

        var answer = await hub.Ann.AskAsync(HttpMethod.Get, Asking.ArtifactUrl(experiment, run, name));

        Assert.Equal(type, answer.ContentHeaders.ContentType?.MediaType);
        Assert.Equal($"attachment; filename={name}", answer.ContentHeaders.ContentDisposition?.ToString().Split("; filename*")[0].Replace("\"", "", StringComparison.Ordinal));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("sandbox; default-src 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
    }

    [Theory]
    [InlineData("report.html", "&as=page", "iframe", true)]
    [InlineData("report.html", "&as=page", "document", false)]
    [InlineData("report.html", "&as=page", null, false)]
    [InlineData("report.html", "", "iframe", false)]
    [InlineData("report.svg", "&as=page", "iframe", false)]
    public async Task Html_is_a_page_only_in_a_frame_that_belongs_to_no_origin(string name, string asked, string? destination, bool isPage)
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/{name}", new StringContent("<script>1</script>"));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/get-artifact?run_id={run}&path={name}{asked}");
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Dest", destination);

        using var answer = await hub.Ann.SendAsync(request);

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Equal(isPage ? "text/html" : "text/plain", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(isPage ? null : "attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal(isPage ? "SAMEORIGIN" : "DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.StartsWith(isPage ? "sandbox allow-scripts; default-src 'none';" : "sandbox; default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("allow-same-origin", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("connect-src", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_can_be_asked_for_and_what_is_known_need_not_come_again()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.UploadAsync(experiment, run, "letters.txt", "abcdefghij"u8.ToArray());
        var url = Asking.ArtifactUrl(experiment, run, "letters.txt");
        var tag = (await hub.Ann.AskAsync(HttpMethod.Get, url)).Headers.ETag!;

        var part = await hub.Ann.SendAsync(new(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(2, 4) } });
        var beyond = await hub.Ann.SendAsync(new(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(20, null) } });
        var known = await hub.Ann.SendAsync(new(HttpMethod.Get, url) { Headers = { IfNoneMatch = { tag } } });
        await hub.Ann.UploadAsync(experiment, run, "letters.txt", "other"u8.ToArray());
        var changed = await hub.Ann.SendAsync(new(HttpMethod.Get, url) { Headers = { IfNoneMatch = { tag } } });

        Assert.Equal($"\"{Convert.ToHexStringLower(SHA256.HashData("abcdefghij"u8))}\"", tag.Tag);
        Assert.Equal((206, "cde", "bytes 2-4/10"), ((int)part.StatusCode, await part.Content.ReadAsStringAsync(), part.Content.Headers.ContentRange?.ToString()));
        Assert.Equal(416, (int)beyond.StatusCode);
        Assert.Equal(304, (int)known.StatusCode);
        Assert.Equal((200, "other"), ((int)changed.StatusCode, await changed.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task A_listing_shows_one_level_of_the_tree()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        foreach (var path in new[] { "a.txt", "dir/b.txt", "dir/sub/c.txt", "dir2/d.txt", "dir/sub.txt" })
        {
            await hub.Ann.UploadAsync(experiment, run, path, new byte[path.Length]);
        }

        var root = await hub.Ann.GotAsync($"/artifacts/list?run_id={run}");
        var below = await hub.Ann.GotAsync($"/artifacts/list?run_id={run}&path=dir");
        var proxied = await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlflow-artifacts/artifacts?path={experiment}/{run}/artifacts/dir");

        Assert.Equal(
            JsonText.Sorted($$$"""
            {"root_uri":"mlflow-artifacts:/{{{experiment}}}/{{{run}}}/artifacts","files":[{"path":"a.txt","is_dir":false,"file_size":5},{"path":"dir","is_dir":true},{"path":"dir2","is_dir":true}]}
            """),
            JsonText.Sorted(root.Json));
        Assert.Equal(
            """[{"path":"dir/b.txt","is_dir":false,"file_size":9},{"path":"dir/sub","is_dir":true},{"path":"dir/sub.txt","is_dir":false,"file_size":11}]""",
            below.Json["files"]!.ToJsonString());
        Assert.Equal(
            """{"files":[{"path":"b.txt","is_dir":false,"file_size":9},{"path":"sub","is_dir":true},{"path":"sub.txt","is_dir":false,"file_size":11}]}""",
            proxied.Text);
    }

    [Theory]
    [InlineData("a.txt")]
    [InlineData("nothing/here")]
    public async Task A_file_or_what_is_not_there_has_no_listing(string path)
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.UploadAsync(experiment, run, "a.txt", [1]);

        var listed = await hub.Ann.GotAsync($"/artifacts/list?run_id={run}&path={path}");
        var proxied = await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlflow-artifacts/artifacts?path={experiment}/{run}/artifacts/{path}");

        Assert.Equal(["root_uri"], listed.Json.Select(p => p.Key));
        Assert.Equal("{}", proxied.Text);
    }

    [Fact]
    public async Task Names_with_odd_letters_are_kept()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        string[] names = ["plus+and space.txt", "ünï/日本.txt", "a&b=c.txt", "100_percent[1].txt"];

        foreach (var name in names)
        {
            var url = Asking.ArtifactUrl(experiment, run, string.Join('/', name.Split('/').Select(Uri.EscapeDataString)));
            var up = await hub.Ann.AskAsync(HttpMethod.Put, url, new ByteArrayContent([7]));
            Assert.Equal((200, 200), (up.Status, (await hub.Ann.AskAsync(HttpMethod.Get, url)).Status));
        }

        await using var db = hub.Open();
        Assert.Empty(names.Except(db.ArtifactFiles.Select(f => f.Path).ToList()));
    }

    [Fact]
    public async Task A_missing_file_does_not_exist()
    {
        var (experiment, run) = await hub.GivenRunAsync();

        var proxied = await hub.Ann.AskAsync(HttpMethod.Get, Asking.ArtifactUrl(experiment, run, "none.txt"));
        var direct = await hub.Ann.AskAsync(HttpMethod.Get, $"/get-artifact?run_id={run}&path=none.txt");
        var deleted = await hub.Ann.AskAsync(HttpMethod.Delete, Asking.ArtifactUrl(experiment, run, "none.txt"));

        Assert.All([proxied, direct, deleted], a => Assert.Equal((404, "RESOURCE_DOES_NOT_EXIST"), (a.Status, a.Code)));
    }

    [Fact]
    public async Task A_file_cannot_become_a_folder_nor_a_folder_a_file()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.UploadAsync(experiment, run, "dir/file", [1]);

        var below = await hub.Ann.UploadAsync(experiment, run, "dir/file/below", [2]);
        var above = await hub.Ann.UploadAsync(experiment, run, "dir", [3]);
        var slash = await hub.Ann.UploadAsync(experiment, run, "dir/", [4]);

        Assert.All([below, above, slash], a => Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (a.Status, a.Code)));
        Assert.Equal([1], await hub.Ann.GetByteArrayAsync(Asking.ArtifactUrl(experiment, run, "dir/file")));
    }

    [Fact]
    public async Task Deleting_needs_MANAGE_and_takes_a_file_or_a_whole_folder()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        foreach (var path in new[] { "keep.txt", "dir/a", "dir/b/c", "dirt" })
        {
            await hub.Ann.UploadAsync(experiment, run, path, [1]);
        }

        var name = $"ed{Guid.NewGuid():N}";
        using var ed = await hub.ProgramOfAsync(name);
        await hub.Ann.CallAsync("/experiments/permissions/create", new { experiment_id = experiment, username = name, permission = "EDIT" });

        var byEditor = await ed.AskAsync(HttpMethod.Delete, Asking.ArtifactUrl(experiment, run, "dir"));
        var byOwner = await hub.Ann.AskAsync(HttpMethod.Delete, Asking.ArtifactUrl(experiment, run, "dir"));
        var left = await hub.Ann.GotAsync($"/artifacts/list?run_id={run}");

        Assert.Equal((403, "PERMISSION_DENIED"), (byEditor.Status, byEditor.Code));
        Assert.Equal((200, "{}"), (byOwner.Status, byOwner.Text));
        Assert.Equal(["dirt", "keep.txt"], left.Json["files"]!.AsArray().Select(f => (string?)f!["path"]));
    }
}
