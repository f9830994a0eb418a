using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Operations;

namespace MlHub.Web.Tests.Operations;

public sealed class HealthTests(PortHub hub) : IClassFixture<PortHub>
{
    [Theory]
    [InlineData("/health")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Whoever_asks_by_whatever_name_is_answered_without_secrets(string path)
    {
        var foreign = await RawHttp.SendAsync(hub.Address, $"GET {path} HTTP/1.1\r\nHost: 10.1.2.3:8080\r\nConnection: close\r\n\r\n");
        var elsewhere = await RawHttp.SendAsync(hub.Address, "GET /version HTTP/1.1\r\nHost: 10.1.2.3:8080\r\nConnection: close\r\n\r\n");

        Assert.Equal((200, 400), (foreign.Status, elsewhere.Status));
        Assert.Equal("nosniff", foreign.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.DoesNotContain(hub.DataDirectory, foreign.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ready_names_its_checks()
    {
        using var anyone = new HttpClient { BaseAddress = hub.Address };

        var report = JsonNode.Parse(await anyone.GetStringAsync("/health/ready"))!;

        Assert.Equal("ready", (string?)report["status"]);
        Assert.Equal(["artifacts", "database", "disk", "models", "writing"], report["checks"]!.AsObject().Select(c => c.Key));
        Assert.Equal("OK", await anyone.GetStringAsync("/health"));
        Assert.Equal(404, (int)(await anyone.GetAsync("/health/other")).StatusCode);
    }

    [Fact]
    public async Task Once_writing_has_ended_it_is_not_ready_but_alive()
    {
        await using var stopped = new TestHub();
        using var anyone = stopped.CreateClient();
        stopped.Services.GetRequiredService<WriteStop>().Set(new IOException("EIO"));

        var (ready, live) = (await anyone.GetAsync("/health/ready"), await anyone.GetAsync("/health/live"));

        Assert.Equal((503, 200), ((int)ready.StatusCode, (int)live.StatusCode));
        Assert.Equal("stopped", (string?)JsonNode.Parse(await ready.Content.ReadAsStringAsync())!["checks"]!["writing"]);
    }
}
