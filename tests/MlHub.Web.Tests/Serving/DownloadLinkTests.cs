using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MlHub.Access;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>Signed links to the files of a version, over a real port.</summary>
public sealed class DownloadLinkTests(PortHub hub) : IClassFixture<PortHub>
{
    private const string Call = "/api/2.0/mlhub/model-versions/download-links";
    private const int Large = 3_000_000;

    [Fact]
    public async Task Every_file_of_a_version_is_told_with_its_digest_and_comes_without_a_token()
    {
        var model = await GivenModelAsync();
        using HttpClient anyone = new();

        var answer = (await hub.Ann.AskAsync(HttpMethod.Get, $"{Call}?name={model}&version=1")).Json;

        Assert.Equal([("MLmodel", true), ("model.onnx", true)], answer["files"]!.AsArray().Select(f => ((string)f!["path"]!, (long)f["size"]! > 0)));
        Assert.Equal(("model.onnx", ServedModelCalls.TwoDoubles), ((string)answer["onnx"]!["file"]!, (string)answer["onnx"]!["inputs"]!));
        foreach (var file in answer["files"]!.AsArray())
        {
            using var sent = await anyone.GetAsync((string)file!["url"]!);
            var bytes = await sent.Content.ReadAsByteArrayAsync();
            Assert.Equal((string)file["sha256"]!, Convert.ToHexStringLower(SHA256.HashData(bytes)));
            Assert.Equal($"\"{(string)file["sha256"]!}\"", sent.Headers.ETag?.Tag);
            Assert.Equal(("attachment", "bytes"), (sent.Content.Headers.ContentDisposition?.DispositionType, sent.Headers.AcceptRanges.Single()));
            Assert.Equal("nosniff", sent.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.StartsWith("sandbox", sent.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("production", 1)]
    [InlineData("@champion", 1)]
    [InlineData("latest", 2)]
    [InlineData("Staging", 404)]
    [InlineData("@none", 404)]
    [InlineData("9", 404)]
    [InlineData("some", 400)]
    public async Task A_version_is_named_by_number_stage_or_alias(string selector, int expected)
    {
        var model = await GivenModelAsync();
        await hub.Ann.GivenOnnxVersionAsync(model, OnnxModels.Product);
        await hub.Ann.MoveAsync(model, "1", "Production");
        await hub.Ann.CallAsync("/registered-models/alias", new { name = model, alias = "champion", version = "1" });

        var answer = await hub.Ann.AskAsync(HttpMethod.Get, $"{Call}?name={model}&version={selector}");

        Assert.Equal(expected, answer.Status == 200 ? int.Parse((string)answer.Json["version"]!) : answer.Status);
    }

    [Fact]
    public async Task A_download_that_was_cut_goes_on_where_it_ended()
    {
        var (bytes, file) = await GivenLargeFileAsync();
        var path = new Uri((string)file["url"]!).PathAndQuery;
        await using BadNetwork network = new(hub.Address);
        using HttpClient anyone = new() { BaseAddress = network.Address };
        var carried = 0;
        network.Answered = n => Task.FromResult((carried += n) < Large / 2);

        using MemoryStream got = new();
        var cut = await Record.ExceptionAsync(async () =>
        {
            using var first = await anyone.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
            await (await first.Content.ReadAsStreamAsync()).CopyToAsync(got);
        });
        network.Answered = _ => Task.FromResult(true);
        using HttpRequestMessage request = new(HttpMethod.Get, path) { Headers = { Range = new(got.Length, null), IfRange = new(new EntityTagHeaderValue($"\"{(string)file["sha256"]!}\"")) } };
        using var rest = await anyone.SendAsync(request);
        await rest.Content.CopyToAsync(got);

        Assert.NotNull(cut);
        Assert.Equal((HttpStatusCode.PartialContent, Large), (rest.StatusCode, rest.Content.Headers.ContentRange?.Length));
        Assert.InRange(rest.Content.Headers.ContentLength!.Value, 1, Large - 1);
        Assert.Equal(bytes, got.ToArray());
    }

    [Fact]
    public async Task Parts_conditions_and_heads_are_answered_as_HTTP_says()
    {
        var (bytes, file) = await GivenLargeFileAsync();
        var (url, tag) = ((string)file["url"]!, $"\"{(string)file["sha256"]!}\"");
        using HttpClient anyone = new();

        using var last = await SendAsync(r => r.Range = new(null, 5));
        using var beyond = await SendAsync(r => r.Range = new(Large, null));
        using var other = await SendAsync(r => (r.Range, r.IfRange) = (new(0, 4), new(new EntityTagHeaderValue("\"other\""))));
        using var known = await SendAsync(r => r.IfNoneMatch.Add(new(tag)));
        using var head = await SendAsync(_ => { }, HttpMethod.Head);

        Assert.Equal((HttpStatusCode.PartialContent, $"bytes {Large - 5}-{Large - 1}/{Large}"), (last.StatusCode, $"{last.Content.Headers.ContentRange}"));
        Assert.Equal(bytes[^5..], await last.Content.ReadAsByteArrayAsync());
        Assert.Equal((HttpStatusCode.RequestedRangeNotSatisfiable, $"bytes */{Large}"), (beyond.StatusCode, $"{beyond.Content.Headers.ContentRange}"));
        Assert.Equal((HttpStatusCode.OK, Large), (other.StatusCode, other.Content.Headers.ContentLength));
        Assert.Equal((HttpStatusCode.NotModified, 0), (known.StatusCode, (await known.Content.ReadAsByteArrayAsync()).Length));
        Assert.Equal((HttpStatusCode.OK, Large, tag), (head.StatusCode, head.Content.Headers.ContentLength, head.Headers.ETag?.Tag));

        async Task<HttpResponseMessage> SendAsync(Action<HttpRequestHeaders> with, HttpMethod? method = null)
        {
            using HttpRequestMessage request = new(method ?? HttpMethod.Get, url);
            with(request.Headers);
            return await anyone.SendAsync(request);
        }
    }

    [Fact]
    public async Task A_link_ends_with_its_time_its_seal_its_version_and_the_rights_of_whoever_asked_for_it()
    {
        var (kept, gone) = (await GivenModelAsync(), await GivenModelAsync());
        var name = $"re{Guid.NewGuid():N}";
        using var reader = await hub.ProgramOfAsync(name);
        var id = (string)(await hub.Ann.ReadAsync($"/databricks/registered-models/get?name={kept}"))["registered_model_databricks"]!["id"]!;
        await ShareAsync(HttpMethod.Patch, "CAN_READ");
        using HttpClient anyone = new();
        var (brief, good, theirs, doomed) = (await UrlAsync(hub.Ann, kept, "&expiration=1"), await UrlAsync(hub.Ann, kept), await UrlAsync(reader, kept), await UrlAsync(hub.Ann, gone));

        Assert.Equal((200, 200), (await StatusAsync(theirs), await StatusAsync(doomed)));
        await hub.Ann.AskAsync(HttpMethod.Delete, "/api/2.0/mlflow/model-versions/delete", new { name = gone, version = "1" });
        await ShareAsync(HttpMethod.Put, null);
        await Eventually.TrueAsync(async () => await StatusAsync(brief) == 403);
        var refused = await anyone.AskAsync(HttpMethod.Get, brief);
        var tampered = good[..^20] + (good[^20] == 'A' ? 'B' : 'A') + good[^19..];

        Assert.Equal((200, 403, 404, 404), (await StatusAsync(good), await StatusAsync(tampered), await StatusAsync(doomed), await StatusAsync(theirs)));
        Assert.Equal("Permission denied: this link is not valid, or no longer.", refused.Message);
        var longest = (await hub.Ann.AskAsync(HttpMethod.Get, $"{Call}?name={kept}&version=1&expiration=99999999")).Json;
        Assert.InRange(DateTimeOffset.FromUnixTimeMilliseconds((long)longest["expires_at"]!) - DateTimeOffset.UtcNow, TimeSpan.FromHours(23), TimeSpan.FromHours(24));

        async Task<int> StatusAsync(string url)
        {
            using var answer = await anyone.GetAsync(url);
            return (int)answer.StatusCode;
        }

        Task<Answer> ShareAsync(HttpMethod method, string? level) => hub.Ann.AskAsync(method, $"/api/2.0/permissions/registered-models/{id}", new
        {
            access_control_list = new[] { level is null ? new { user_name = "ann", permission_level = "CAN_MANAGE" } : new { user_name = name, permission_level = level } },
        });
    }

    [Fact]
    public async Task Asking_again_costs_nothing_until_the_name_leads_elsewhere()
    {
        var model = await GivenModelAsync();
        await hub.Ann.GivenOnnxVersionAsync(model, OnnxModels.Product);
        await hub.Ann.MoveAsync(model, "1", "Production");
        var first = await hub.Ann.AskAsync(HttpMethod.Get, $"{Call}?name={model}&version=Production");

        var same = await AgainAsync();
        await hub.Ann.MoveAsync(model, "2", "Production", archive: true);
        var moved = await AgainAsync();

        Assert.Equal((200, 304, 200), (first.Status, (int)same.StatusCode, (int)moved.StatusCode));
        Assert.Equal("2", (string)JsonNode.Parse(await moved.Content.ReadAsStringAsync())!["version"]!);
        Assert.True(first.Headers.CacheControl!.NoStore);

        Task<HttpResponseMessage> AgainAsync() =>
            hub.Ann.SendAsync(new(HttpMethod.Get, $"{Call}?name={model}&version=Production") { Headers = { IfNoneMatch = { first.Headers.ETag! } } });
    }

    [Fact]
    public async Task What_has_no_files_here_has_no_links()
    {
        var model = $"m-{Guid.NewGuid():N}";
        await hub.Ann.CallAsync("/registered-models/create", new { name = model });
        await hub.Ann.CallAsync("/model-versions/create", new { name = model, source = "s3://elsewhere/model" });
        await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/model-versions/upload", new { name = model });

        var (elsewhere, pending) = (await hub.Ann.AskAsync(HttpMethod.Get, $"{Call}?name={model}&version=1"), await hub.Ann.AskAsync(HttpMethod.Get, $"{Call}?name={model}&version=2"));

        Assert.Equal((404, 409), (elsewhere.Status, pending.Status));
        Assert.Contains("has no files on this hub", elsewhere.Message, StringComparison.Ordinal);
    }

    private async Task<string> GivenModelAsync()
    {
        var model = $"m-{Guid.NewGuid():N}";
        await hub.Ann.GivenOnnxVersionAsync(model, OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        return model;
    }

    private async Task<(byte[] Bytes, JsonNode File)> GivenLargeFileAsync()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var bytes = new byte[Large];
        new Random(5).NextBytes(bytes);
        await hub.Ann.UploadAsync(experiment, run, "model/weights.bin", bytes);
        var model = $"m-{Guid.NewGuid():N}";
        await hub.Ann.CallAsync("/registered-models/create", new { name = model });
        await hub.Ann.CallAsync("/model-versions/create", new { name = model, source = $"runs:/{run}/model", run_id = run });
        return (bytes, (await hub.Ann.AskAsync(HttpMethod.Get, $"{Call}?name={model}&version=1")).Json["files"]![0]!);
    }

    private static async Task<string> UrlAsync(HttpClient who, string model, string more = "") =>
        (string)(await who.AskAsync(HttpMethod.Get, $"{Call}?name={model}&version=1{more}")).Json["files"]![0]!["url"]!;
}
