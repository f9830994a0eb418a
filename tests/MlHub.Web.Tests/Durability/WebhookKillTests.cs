using MlHub.Testing.Durability;
using MlHub.Testing.Webhooks;

namespace MlHub.Web.Tests.Durability;

/// <summary>No delivery is lost with the process. The torture tool kills it fifty times at each place; here six kills meet fifty-one deliveries at each.</summary>
public sealed class WebhookKillTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("mlhub-kill-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Killed_before_sending_and_before_marking_everything_comes_at_least_once_and_again_under_its_id()
    {
        await using var receiver = await WebhookReceiver.StartAsync();

        var report = await new WebhookKills(() => HubProcess.Start(_data, ProxyNobodyMayAsk, WebhookKills.Settings), _data, receiver, webhooks: 17).RunAsync(cycles: 3);

        Assert.Equal((51, 51), (report.Deliveries, report.BetweenSendAndMark));
        Assert.Equal(51, report.CameAgain);
        Assert.InRange(report.BetweenCommitAndSend, 30, 51);
    }

    /// <summary>Whatever asked these would fail.</summary>
    private static Dictionary<string, string> ProxyNobodyMayAsk { get; } = new()
    {
        ["HTTP_PROXY"] = "http://127.0.0.1:9",
        ["http_proxy"] = "http://127.0.0.1:9",
        ["HTTPS_PROXY"] = "http://127.0.0.1:9",
        ["ALL_PROXY"] = "http://127.0.0.1:9",
    };
}
