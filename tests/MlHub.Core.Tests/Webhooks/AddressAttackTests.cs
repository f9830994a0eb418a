using System.Net;
using MlHub.Adapters.Webhooks;
using MlHub.Testing.Webhooks;

namespace MlHub.Core.Tests.Webhooks;

/// <summary>Addresses that lead inside, however they are written: refused when they are saved and when they are called.</summary>
public sealed class AddressAttackTests
{
    [Theory]
    [InlineData("http://127.0.0.1:PORT/")]
    [InlineData("http://127.8.8.8:PORT/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[::1]:PORT/")]
    [InlineData("http://[::]:PORT/")]
    [InlineData("http://[::ffff:127.0.0.1]:PORT/")]
    [InlineData("http://[::ffff:7f00:1]:PORT/")]
    [InlineData("http://[::127.0.0.1]:PORT/")]
    [InlineData("http://0x7f.1:PORT/")]
    [InlineData("http://0x7f000001:PORT/")]
    [InlineData("http://2130706433:PORT/")]
    [InlineData("http://127.1:PORT/")]
    [InlineData("http://0177.0.0.1:PORT/")]
    [InlineData("http://0.0.0.0:PORT/")]
    [InlineData("http://0:PORT/")]
    [InlineData("http://10.1.2.3/")]
    [InlineData("http://172.31.255.255/")]
    [InlineData("http://192.168.0.1/")]
    [InlineData("http://100.64.0.1/")]
    [InlineData("http://192.0.0.8/")]
    [InlineData("http://192.0.2.1/")]
    [InlineData("http://198.18.0.1/")]
    [InlineData("http://198.51.100.1/")]
    [InlineData("http://203.0.113.1/")]
    [InlineData("http://224.0.0.1/")]
    [InlineData("http://255.255.255.255/")]
    [InlineData("http://[fd00::1]/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://[fec0::1]/")]
    [InlineData("http://[ff02::1]/")]
    [InlineData("http://[64:ff9b::7f00:1]/")]
    [InlineData("http://[64:ff9b:1::7f00:1]/")]
    [InlineData("http://[2002:7f00:1::]/")]
    [InlineData("http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/")]
    [InlineData("http://[2001:db8::1]/")]
    [InlineData("http://[3fff::1]/")]
    [InlineData("http://[100::1]/")]
    [InlineData("http://localhost:PORT/")]
    [InlineData("http://localhost.:PORT/")]
    [InlineData("http://LocalHost:PORT/")]
    [InlineData("http://hooks.localhost:PORT/")]
    [InlineData("http://①②⑦.⓪.⓪.①:PORT/")]
    [InlineData("http://localhost%00.example.com:PORT/")]
    [InlineData("http://user:pass@127.0.0.1:PORT/")]
    [InlineData("http://@127.0.0.1:PORT/")]
    [InlineData("http://example.com\\@127.0.0.1:PORT/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://127.0.0.1:PORT/_x")]
    [InlineData("ftp://127.0.0.1:PORT/")]
    [InlineData("//127.0.0.1:PORT/")]
    [InlineData("http:/127.0.0.1:PORT/")]
    [InlineData("http://127.0.0.1:PORT/\r\nX-Injected: 1")]
    [InlineData(" http://127.0.0.1:PORT/")]
    [InlineData("http://127.0.0.1:PORT/#x")]
    public async Task A_listener_inside_is_never_called(string address)
    {
        await using var listener = await WebhookReceiver.StartAsync();
        using var sender = new HttpWebhookSender(SenderScene.Closed, patience: TimeSpan.FromSeconds(3));
        var url = address.Replace("PORT", $"{listener.Port}", StringComparison.Ordinal);

        var refusal = await Assert.ThrowsAsync<HubException>(() => sender.CheckAsync(url, default));
        Assert.Equal(HubError.Invalid, refusal.Error);
        if (Uri.TryCreate(url, UriKind.Absolute, out _))
        {
            var result = await sender.SendAsync(SenderScene.Message(url), default);
            Assert.False(result.IsDelivered);
            Assert.NotNull(result.Error);
            Assert.Null(result.ConnectedMs);
        }

        Assert.Empty(listener.Received);
    }

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("100.63.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("192.0.1.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("2a00:1450::1")]
    public void Public_addresses_may_be_called(string address) => Assert.True(new AddressRules([]).Allows(IPAddress.Parse(address)));

    [Fact]
    public void A_network_that_the_operator_opened_is_open_in_every_spelling_and_nothing_beside_it()
    {
        var rules = new AddressRules([IPNetwork.Parse("10.20.0.0/16"), IPNetwork.Parse("fd00:1::/48")]);

        Assert.All(["10.20.3.4", "::ffff:10.20.3.4", "fd00:1::7"], a => Assert.True(rules.Allows(IPAddress.Parse(a)), a));
        Assert.All(["10.21.0.1", "fd00:2::7", "127.0.0.1"], a => Assert.False(rules.Allows(IPAddress.Parse(a)), a));
    }

    [Fact]
    public async Task Without_TLS_nothing_is_called_unless_the_operator_says_so()
    {
        using var sender = new HttpWebhookSender(WebhookScene.Loopback with { AllowHttp = false });

        await Assert.ThrowsAsync<HubException>(() => sender.CheckAsync("http://127.0.0.1/", default));
        Assert.Contains("must be https", (await sender.SendAsync(SenderScene.Message("http://127.0.0.1/"), default)).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("93.184.216.34", "127.0.0.1")]
    [InlineData("127.0.0.1")]
    public async Task A_name_that_leads_outside_and_inside_is_not_called(params string[] addresses)
    {
        await using var listener = await WebhookReceiver.StartAsync();
        using var sender = new HttpWebhookSender(SenderScene.Closed, SenderScene.Always(addresses));
        var url = $"http://hooks.example:{listener.Port}/";

        await Assert.ThrowsAsync<HubException>(() => sender.CheckAsync(url, default));
        Assert.Contains("not public", (await sender.SendAsync(SenderScene.Message(url), default)).Error, StringComparison.Ordinal);
        Assert.Empty(listener.Received);
    }

    [Fact]
    public async Task A_name_that_leads_inside_only_after_it_was_saved_is_not_called()
    {
        await using var listener = await WebhookReceiver.StartAsync();
        var asked = 0;
        using var sender = new HttpWebhookSender(SenderScene.Closed, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(asked++ == 0 ? "93.184.216.34" : "127.0.0.1")]));
        var url = $"http://hooks.example:{listener.Port}/";
        await sender.CheckAsync(url, default);

        var result = await sender.SendAsync(SenderScene.Message(url), default);

        Assert.Contains("not public", result.Error, StringComparison.Ordinal);
        Assert.Equal(2, asked);
        Assert.Empty(listener.Received);
    }
}
