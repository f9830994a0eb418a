using MlHub.Testing.Durability;
using MlHub.Testing.Webhooks;

namespace MlHub.Web.Tests.Durability;

/// <summary>No delivery is lost with the process. The torture tool kills it fifty times at each place; here ten kills meet fifty deliveries at each.</summary>
public sealed class WebhookKillTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("mlhub-kill-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Killed_before_sending_and_before_marking_everything_comes_at_least_once_and_again_under_its_id()
    {
        await using var receiver = await WebhookReceiver.StartAsync();

        var report = await new WebhookKills(() => HubProcess.Start(_data, ProxyNobodyMayAsk, WebhookKills.Settings), _data, receiver, webhooks: 10).RunAsync(cycles: 5);

        Assert.Equal((50, 50), (report.Deliveries, report.BetweenSendAndMark));
        Assert.Equal(50, report.CameAgain);
        Assert.InRange(report.BetweenCommitAndSend, 30, 50);
    }

    /// <summary>Whatever asked these would fail.</summary>
    private static Dictionary<string, string> ProxyNobodyMayAsk { get; } = new()
    {
        ["HTTP_PROXY"] = "http://127.0.0.1:9", ["http_proxy"] = "http://127.0.0.1:9", ["HTTPS_PROXY"] = "http://127.0.0.1:9", ["ALL_PROXY"] = "http://127.0.0.1:9",
    };
}
