using System.Text;
using System.Text.Json.Nodes;
using ChatReceiver;
using Microsoft.AspNetCore.Builder;

namespace Samples.Tests;

/// <summary>What stands in for Slack and Teams.</summary>
public sealed class ChatTests : IAsyncLifetime
{
    private readonly WebApplication _app = ChatApp.Build(["--Urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"]);
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        await _app.StartAsync();
        _http = new() { BaseAddress = new(_app.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("""{"text":"dana asked for *Production*: <http://hub/models/m/versions/2|Review> &amp; decide"}""", "dana asked for *Production*: Review & decide", "Review")]
    [InlineData("""{"text":"See","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"dana asks"}},{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"Review"},"url":"http://hub/models/m/versions/2"}]}]}""", "dana asks", "Review")]
    [InlineData("""{"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":{"type":"AdaptiveCard","body":[{"type":"TextBlock","text":"dana asks"}],"actions":[{"type":"Action.OpenUrl","title":"Open","url":"http://hub/models/m/versions/2"}]}}]}""", "dana asks", "Open")]
    [InlineData("""{"text":"for notices","blocks":[{"type":"section","text":{"type":"mrkdwn","text":":eyes: dana asks"}},{"type":"section","text":{"type":"mrkdwn","text":"<http://hub/models/m/versions/2|Review version 2>"}}]}""", "👀 dana asks", "Review version 2")]
    [InlineData("""{"text":"[Open](http://hub/models/m/versions/2) it"}""", "Open it", "Open")]
    public async Task It_reads_what_Slack_and_Teams_read(string body, string text, string link)
    {
        var answer = await SendAsync(body);

        Assert.Equal((200, "ok"), (answer.Status, answer.Text));
        var message = Assert.Single(JsonNode.Parse(await _http.GetStringAsync("/messages"))!.AsArray())!;
        Assert.Equal(text, (string)message["text"]!);
        Assert.Equal((link, "http://hub/models/m/versions/2"), ((string)message["links"]![0]!["text"]!, (string)message["links"]![0]!["url"]!));
        Assert.Contains($"""<a href="http://hub/models/m/versions/2">{link}</a>""", await _http.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no JSON", "invalid_payload")]
    [InlineData("{}", "no_text")]
    [InlineData("[1]", "no_text")]
    public async Task It_refuses_as_Slack_does(string body, string word) => Assert.Equal((400, word), (await SendAsync(body)) is var answer ? (answer.Status, answer.Text) : default);

    [Fact]
    public async Task Nothing_that_was_sent_becomes_markup_or_a_script()
    {
        await SendAsync("""{"text":"<b>bold</b> <javascript:alert(1)|x>","blocks":[{"elements":[{"text":"y","url":"javascript:alert(1)"}]}]}""");

        var page = await _http.GetStringAsync("/");

        Assert.Contains("&lt;b&gt;bold", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<a href", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_keeps_the_last_hundred()
    {
        for (var i = 1; i <= 105; i++)
        {
            await SendAsync($$"""{"text":"{{i}}"}""");
        }

        var kept = JsonNode.Parse(await _http.GetStringAsync("/messages"))!.AsArray();
        Assert.Equal((100, "105", "6"), (kept.Count, (string)kept[0]!["text"]!, (string)kept[^1]!["text"]!));
    }

    private async Task<Answer> SendAsync(string body) =>
        await Answer.OfAsync(await _http.PostAsync("/services/T000/B000/secret", new StringContent(body, Encoding.UTF8, "application/json")));
}
