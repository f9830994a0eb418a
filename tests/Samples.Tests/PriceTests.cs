using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using PriceSite;

namespace Samples.Tests;

/// <summary>The pricing site against a hub that follows a script.</summary>
public sealed class PriceTests : IAsyncLifetime
{
    private const string Good = """{"predictions":[{"predicted_price":212499.6}]}""";

    private readonly ConcurrentQueue<(string Path, string Token, JsonObject Body)> _asked = new();
    private readonly ConcurrentQueue<(int Status, string Body, string? RetryAfter)> _script = new();
    private WebApplication _hub = null!, _site = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--Urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        _hub = builder.Build();
        _hub.Run(AnswerAsync);
        await _hub.StartAsync();
        _site = SiteApp.Build(["--Urls=http://127.0.0.1:0", $"--Price:Hub={_hub.Urls.First()}", "--Price:Token=mlh_pat_1", "--Price:Model=house prices", "--Logging:LogLevel:Default=Warning"]);
        await _site.StartAsync();
        _http = new() { BaseAddress = new(_site.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _site.DisposeAsync();
        await _hub.DisposeAsync();
    }

    [Fact]
    public async Task It_asks_the_stage_by_the_signatures_names_and_tells_price_version_and_time()
    {
        _script.Enqueue((200, Good, null));

        var answer = await AskAsync("/price?beds=4&baths=2.5&sqft=2100&type=condo&place=Folsom");

        Assert.Equal((200, 212499.6, "USD", "7"), (answer.Status, (double)answer.Json["price"]!, (string)answer.Json["currency"]!, (string)answer.Json["version"]!));
        Assert.True((double)answer.Json["milliseconds"]! > 0);
        var (path, token, body) = Assert.Single(_asked);
        Assert.Equal(("/model/house prices/Production/invocations", "Bearer mlh_pat_1"), (path, token));
        Assert.Equal(
            """{"dataframe_split":{"columns":["beds","baths","sqft","latitude","longitude","type_residential","type_condo","type_multi_family"],"data":[[4,2.5,2100,38.6707,-121.1397,0,1,0]]}}""",
            body.ToJsonString());
    }

    [Fact]
    public async Task The_page_shows_the_price_and_keeps_what_was_typed_without_any_script()
    {
        _script.Enqueue((200, Good, null));

        var answer = await _http.GetAsync("/?beds=4&place=Folsom");
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Contains("<output>$212,500</output>", page, StringComparison.Ordinal);
        Assert.Contains("version 7", page, StringComparison.Ordinal);
        Assert.Contains("""name="beds" value="4" """, page, StringComparison.Ordinal);
        Assert.Contains("""<option value="Folsom" selected>""", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; style-src 'self';", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("text/css", (await _http.GetAsync("/site.css")).Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData(404, """{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"No <b>version</b>"}""", "No model gives prices now")]
    [InlineData(403, "no JSON", "may not ask")]
    [InlineData(400, """{"error_code":"BAD_REQUEST","message":"No <b>version</b>"}""", "did not understand")]
    [InlineData(200, """{"predictions":[{"predicted_price":null}]}""", "knows no price")]
    [InlineData(200, "[]", "knows no price")]
    public async Task What_is_no_price_is_said_in_words_once_asked(int status, string body, string words)
    {
        _script.Enqueue((status, body, null));
        _script.Enqueue((status, body, null));

        var (json, page) = (await AskAsync("/price"), await AskAsync("/"));

        Assert.Equal((503, status), (json.Status, (int)json.Json["hub_status"]!));
        Assert.Contains(words, (string)json.Json["error"]!, StringComparison.Ordinal);
        Assert.Contains(words, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page.Text, StringComparison.Ordinal);
        Assert.Equal((503, 2), (page.Status, _asked.Count));
    }

    [Fact]
    public async Task A_hub_that_says_to_come_back_soon_is_asked_once_more()
    {
        _script.Enqueue((503, "{}", "1"));
        _script.Enqueue((200, Good, null));

        var answer = await AskAsync("/price");

        Assert.Equal((200, 2), (answer.Status, _asked.Count));
        Assert.True((double)answer.Json["milliseconds"]! >= 900);
    }

    [Theory]
    [InlineData("3", 1)]
    [InlineData(null, 1)]
    [InlineData("0", 2)]
    public async Task Nobody_waits_longer_or_asks_a_third_time(string? retryAfter, int asked)
    {
        Enumerable.Range(0, 3).ToList().ForEach(_ => _script.Enqueue((503, "{}", retryAfter)));

        var answer = await AskAsync("/price");

        Assert.Equal((503, asked), (answer.Status, _asked.Count));
        Assert.Contains("is being started", (string)answer.Json["error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_that_is_away_is_told_of_too()
    {
        await _hub.StopAsync();

        var answer = await AskAsync("/price");

        Assert.Equal(503, answer.Status);
        Assert.Contains("cannot be reached", (string)answer.Json["error"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("beds=many")]
    [InlineData("beds=NaN")]
    [InlineData("sqft=1e9")]
    [InlineData("sqft=10001")]
    [InlineData("type=Castle")]
    [InlineData("place=Atlantis")]
    public async Task A_home_that_cannot_be_is_named_and_nobody_is_asked(string query)
    {
        var (json, page) = (await AskAsync($"/price?{query}"), await AskAsync($"/?{query}"));

        Assert.Equal((400, 400), (json.Status, page.Status));
        Assert.StartsWith($"'{query.Split('=')[0]}' must be", (string)json.Json["error"]!, StringComparison.Ordinal);
        Assert.Empty(_asked);
    }

    [Fact]
    public void What_is_missing_is_named_at_the_start_all_at_once()
    {
        var refusal = Assert.Throws<SiteSettingsException>(() => SiteSettings.Read(new ConfigurationBuilder().Build()));

        Assert.All(new[] { "Price:Hub must", "Price:Token must" }, text => Assert.Contains(text, refusal.Message, StringComparison.Ordinal));
    }

    private async Task<Answer> AskAsync(string path) => await Answer.OfAsync(await _http.GetAsync(path));

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        _asked.Enqueue((context.Request.Path.Value!, context.Request.Headers.Authorization.ToString(), JsonNode.Parse(await reader.ReadToEndAsync())!.AsObject()));
        _script.TryDequeue(out var next);
        (context.Response.StatusCode, context.Response.ContentType, context.Response.Headers["MlHub-Model-Version"]) = (next.Status, "application/json", "7");
        if (next.RetryAfter is { } pause)
        {
            context.Response.Headers.RetryAfter = pause;
        }

        await context.Response.WriteAsync(next.Body);
    }
}
