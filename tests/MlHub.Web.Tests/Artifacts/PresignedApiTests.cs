using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Web.Artifacts;

namespace MlHub.Web.Tests.Artifacts;

public sealed class PresignedApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task A_file_can_be_sent_and_fetched_in_parts_by_links_alone()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        using var anyone = hub.CreateClient();

        var up = await hub.Ann.PostedAsync("/artifacts/presigned-upload-url", new { run_id = run, path = "dir/a.bin", expiration = 60 });
        var sent = await anyone.AskAsync(HttpMethod.Put, (string)up.Json["presigned_url"]!, new ByteArrayContent([1, 2, 3, 4]));
        var down = await hub.Ann.PostedAsync("/artifacts/presigned-download-url", new { run_id = run, path = "dir/a.bin" });
        var proxied = await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlflow-artifacts/presigned/{experiment}/{run}/artifacts/dir/a.bin");

        Assert.Equal(("{}", 200), (up.Json["headers"]!.ToJsonString(), sent.Status));
        foreach (var (url, size) in new[] { (down.Json["presigned_url"], down.Json["file_size"]), (proxied.Json["url"], proxied.Json["file_size"]) })
        {
            var part = await anyone.SendAsync(new(HttpMethod.Get, (string)url!) { Headers = { Range = new RangeHeaderValue(1, 2) } });
            Assert.Equal(4, (long)size!);
            Assert.Equal((206, "bytes 1-2/4"), ((int)part.StatusCode, part.Content.Headers.ContentRange?.ToString()));
            Assert.Equal([2, 3], await part.Content.ReadAsByteArrayAsync());
            Assert.Equal("attachment", part.Content.Headers.ContentDisposition?.DispositionType);
            Assert.Equal(403, (await anyone.AskAsync(HttpMethod.Put, (string)url!, new ByteArrayContent([9]))).Status);
        }
    }

    [Fact]
    public async Task A_link_is_given_only_to_whoever_may_use_it()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.UploadAsync(experiment, run, "a.txt", [1]);
        var name = $"re{Guid.NewGuid():N}";
        using var reader = await hub.ProgramOfAsync(name);
        await hub.Ann.CallAsync("/experiments/permissions/create", new { experiment_id = experiment, username = name, permission = "READ" });

        var read = await reader.PostedAsync("/artifacts/presigned-download-url", new { run_id = run, path = "a.txt" });
        var write = await reader.PostedAsync("/artifacts/presigned-upload-url", new { run_id = run, path = "a.txt" });
        var none = await hub.Ann.PostedAsync("/artifacts/presigned-download-url", new { run_id = run, path = "none.txt" });
        var never = await hub.Ann.PostedAsync("/artifacts/presigned-upload-url", new { run_id = run, path = "a.txt", expiration = 0 });

        Assert.Equal((200, 403, 404, 400), (read.Status, write.Status, none.Status, never.Status));
    }

    [Fact]
    public async Task A_link_runs_out()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.UploadAsync(experiment, run, "a.txt", [1]);
        var context = new DefaultHttpContext { Request = { Scheme = "http", Host = new("localhost") } };
        var link = new SignedLink(LinkUse.Download, hub.AnnAsCaller.Id, $"{experiment}/{run}/artifacts/a.txt");
        var links = hub.Services.GetRequiredService<SignedLinks>();
        using var anyone = hub.CreateClient();

        var good = await anyone.AskAsync(HttpMethod.Get, links.Make(context, link, TimeSpan.FromMinutes(1)));
        var old = await anyone.AskAsync(HttpMethod.Get, links.Make(context, link, TimeSpan.FromSeconds(-1)));

        Assert.Equal((200, 403), (good.Status, old.Status));
    }

    [Fact]
    public async Task Links_lead_to_the_address_that_the_setting_names()
    {
        await using var behindProxy = new TestHub(("MlHub:PublicUrl", "https://mlhub.example.com/base/"));
        using var client = await behindProxy.ProgramOfAsync("ann");
        var run = await client.GivenRunAsync(await client.GivenExperimentAsync());

        var up = await client.PostedAsync("/artifacts/presigned-upload-url", new { run_id = run, path = "a.txt" });

        Assert.StartsWith("https://mlhub.example.com/base/signed/", (string)up.Json["presigned_url"]!, StringComparison.Ordinal);
    }
}
