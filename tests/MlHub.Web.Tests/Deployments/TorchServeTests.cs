using MlHub.Testing.Deployments;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Deployments;

/// <summary>Models go to a TorchServe, against its documented management interface.</summary>
public sealed class TorchServeTests(DeployHub hub) : IClassFixture<DeployHub>, IAsyncLifetime
{
    private readonly string _model = $"m-{Guid.NewGuid():N}";
    private TorchServe _server = null!;

    public async ValueTask InitializeAsync() => _server = await TorchServe.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_version_is_registered_scaled_made_the_default_and_followed_by_the_next()
    {
        var target = await GivenTargetAsync(new { workers = 2 });
        await GivenArchiveAsync("1.0", "first");
        await GivenArchiveAsync("2.0", "second");
        await hub.Ann.MoveAsync(_model, "1", "Production");

        var asked = await hub.DeployAsync(_model, target);
        var first = await hub.BecomesAsync(_model, "DEPLOYED", "1");
        var before = _server.Versions(_model);
        await hub.Ann.MoveAsync(_model, "2", "Production", archive: true);
        await hub.BecomesAsync(_model, "DEPLOYED", "2");

        Assert.Equal((200, "PENDING", "Production"), (asked.Status, (string)asked.Json["deployment"]!["state"]!, (string)asked.Json["deployment"]!["follows"]!));
        Assert.Equal("TorchServe calls it version 1.0.", (string)first["reason"]!);
        Assert.Equal(["1.0 first 2 default"], before);
        Assert.Equal(["2.0 second 2 default"], _server.Versions(_model));
        // The old one answers until the new one has its workers and is the default.
        var calls = _server.Calls.Select(c => c.Split('?')[0]).ToList();
        Assert.True(calls.IndexOf($"DELETE /models/{_model}/1.0") > calls.IndexOf($"PUT /models/{_model}/2.0/set-default"));
        Assert.Contains($"PUT /models/{_model}/2.0?min_worker=2&synchronous=true", _server.Calls);
    }

    [Fact]
    public async Task Removing_takes_every_version_away_the_default_one_last()
    {
        var target = await GivenTargetAsync();
        await GivenArchiveAsync("1.0", "first");
        await hub.DeployAsync(_model, target, "1");
        await hub.BecomesAsync(_model, "DEPLOYED");

        var asked = await hub.Ann.AskAsync(HttpMethod.Post, $"{DeployHub.Own}/deployments/remove", new { name = _model, target });
        var removed = await hub.BecomesAsync(_model, "REMOVED");
        var again = await hub.Ann.AskAsync(HttpMethod.Post, $"{DeployHub.Own}/deployments/retry", new { name = _model, target });

        Assert.Equal((200, 409), (asked.Status, again.Status));
        Assert.Null(removed["version"]);
        Assert.Empty(_server.Versions(_model));
    }

    [Fact]
    public async Task What_somebody_else_registered_under_the_name_goes_with_it_before_the_default_one()
    {
        var target = await GivenTargetAsync();
        await GivenArchiveAsync("1.0", "first");
        await GivenArchiveAsync("2.0", "second");
        await hub.DeployAsync(_model, target, "1");
        await hub.BecomesAsync(_model, "DEPLOYED");
        var link = (string)(await hub.Ann.AskAsync(HttpMethod.Get, $"{DeployHub.Own}/model-versions/download-links?name={_model}&version=2")).Json["files"]![0]!["url"]!;
        using HttpClient somebody = new() { DefaultRequestHeaders = { Authorization = new("Bearer", TorchServe.Key) } };
        using var registered = await somebody.PostAsync($"{_server.Url}/models?url={Uri.EscapeDataString($"{link}/other.mar")}&model_name={_model}", null);
        Assert.Equal(["1.0 first 1 default", "2.0 second 0"], _server.Versions(_model));

        await hub.Ann.AskAsync(HttpMethod.Post, $"{DeployHub.Own}/deployments/remove", new { name = _model, target });
        await hub.BecomesAsync(_model, "REMOVED");

        Assert.Empty(_server.Versions(_model));
        Assert.Equal([$"DELETE /models/{_model}/2.0", $"DELETE /models/{_model}/1.0"], _server.Calls.Where(c => c.StartsWith("DELETE", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_archive_that_says_a_version_that_is_there_takes_its_place()
    {
        var target = await GivenTargetAsync();
        await GivenArchiveAsync("1.0", "first");
        await GivenArchiveAsync("1.0", "second");
        await hub.Ann.MoveAsync(_model, "1", "Production");
        await hub.DeployAsync(_model, target);
        await hub.BecomesAsync(_model, "DEPLOYED", "1");

        await hub.Ann.MoveAsync(_model, "2", "Production", archive: true);
        await hub.BecomesAsync(_model, "DEPLOYED", "2");

        Assert.Equal(["1.0 second 1 default"], _server.Versions(_model));
    }

    [Fact]
    public async Task A_server_that_fails_now_and_then_is_asked_again()
    {
        var target = await GivenTargetAsync();
        await GivenArchiveAsync("1.0", "first");
        _server.Faults.Enqueue((503, "ServiceUnavailableException", "busy"));
        await hub.DeployAsync(_model, target, "latest");
        var waiting = await Eventually.GetAsync(
            async () => (await hub.Ann.AskAsync(HttpMethod.Get, $"{DeployHub.Own}/deployments/list?name={_model}")).Json["deployments"]![0]!, d => (int)d["attempts"]! == 1);

        await hub.Ann.AskAsync(HttpMethod.Post, $"{DeployHub.Own}/deployments/retry", new { name = _model, target });
        await hub.BecomesAsync(_model, "DEPLOYED", "1");

        Assert.Equal(("PENDING", $"TorchServe answered 503 to GET models/{_model}/all: busy"), ((string)waiting["state"]!, (string)waiting["reason"]!));
        Assert.True((long)waiting["retry_at"]! > DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    }

    [Theory]
    [InlineData("key", "TorchServe answered 400 to GET models/NAME/all: Token Authorization failed. Token either incorrect, expired, or not provided correctly")]
    [InlineData("api", "TorchServe answered 405 to POST models: Requested method is not allowed, please refer to API document. Models can be registered only where it was started with --enable-model-api.")]
    [InlineData("archive", "NAME version 1 has 0 archives (.mar) among its files; TorchServe needs one, made with torch-model-archiver.")]
    public async Task What_cannot_succeed_fails_at_once_and_says_why(string fault, string reason)
    {
        var target = await hub.GivenTargetAsync("TORCH_SERVE", _server.Url, fault == "key" ? "wrong" : TorchServe.Key);
        _server.EnablesModelApi = fault != "api";
        await (fault == "archive" ? hub.GivenVersionAsync(_model, ("weights.bin", [1])) : GivenArchiveAsync("1.0", "first"));

        await hub.DeployAsync(_model, target, "1");
        var failed = await hub.BecomesAsync(_model, "FAILED");

        Assert.Equal(reason.Replace("NAME", _model, StringComparison.Ordinal), (string)failed["reason"]!);
    }

    [Fact]
    public async Task A_failure_never_tells_the_link_that_opens_the_archive()
    {
        var target = await GivenTargetAsync();
        await GivenArchiveAsync("1.0", "first");
        _server.IsCutOff = true;
        await hub.DeployAsync(_model, target, "1");
        var failed = await hub.BecomesAsync(_model, "FAILED");

        var link = Uri.UnescapeDataString(_server.Calls.Single(c => c.StartsWith("POST", StringComparison.Ordinal)).Split("url=")[1].Split('&')[0]);
        using HttpClient anyone = new();
        Assert.Equal(200, (int)(await anyone.GetAsync(link)).StatusCode);
        Assert.Equal("TorchServe answered 400 to POST models: Failed to download archive from: its link", (string)failed["reason"]!);
        Assert.DoesNotContain("/signed/", failed.ToJsonString(), StringComparison.Ordinal);
    }

    private Task<string> GivenTargetAsync(object? more = null) => hub.GivenTargetAsync("TORCH_SERVE", _server.Url, TorchServe.Key, more);

    private Task<string> GivenArchiveAsync(string version, string content) => hub.GivenVersionAsync(_model, ("model.mar", TorchServe.Archive(version, content)));
}
