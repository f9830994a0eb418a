using System.Text;
using Microsoft.AspNetCore.Http;
using MlHub.Testing.Serving;
using MlHub.Testing.Webhooks;

namespace MlHub.Web.Tests.Serving;

/// <summary>Addresses as sources, on a hub whose operator opened this machine.</summary>
public sealed class BatchSourceTests(BatchSourceTests.OpenHub hub) : IClassFixture<BatchSourceTests.OpenHub>
{
    private const int Rows = 30_000;

    private static readonly byte[] Csv = Encoding.ASCII.GetBytes("a,b\n" + string.Concat(Enumerable.Range(1, Rows).Select(i => $"{i},1\n")));

    public sealed class OpenHub() : TestHub(("MlHub:Batch:AllowedNetworks:0", "127.0.0.0/8"), ("MlHub:Batch:AllowHttp", "true")), IAsyncLifetime
    {
        public HttpClient Ann { get; private set; } = null!;
        public string Model { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            Ann = await ProgramOfAsync("ann");
            Model = await Ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_address_is_read_through_redirects_and_on_where_it_broke_off(bool knowsRanges)
    {
        await using var server = await WebhookReceiver.StartAsync();
        var isBroken = false;
        List<string> ranges = [];
        server.Answer = async (context, _) =>
        {
            if (context.Request.Path == "/old.csv")
            {
                context.Response.Redirect("/new.csv");
                return;
            }

            var from = context.Request.Headers.Range.ToString() is { Length: > 0 } range ? int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture) : 0;
            ranges.Add($"{from} {context.Request.Headers.IfRange}");
            context.Response.Headers.ETag = "\"one\"";
            from = knowsRanges ? from : 0;
            context.Response.ContentLength = Csv.Length - from;
            if (from > 0)
            {
                context.Response.StatusCode = StatusCodes.Status206PartialContent;
                context.Response.Headers.ContentRange = $"bytes {from}-{Csv.Length - 1}/{Csv.Length}";
                await context.Response.Body.WriteAsync(Csv.AsMemory(from));
                return;
            }

            await context.Response.Body.WriteAsync(Csv.AsMemory(0, isBroken ? Csv.Length : 100_000));
            await context.Response.Body.FlushAsync();
            if (!isBroken)
            {
                isBroken = true;
                context.Abort();
            }
        };

        var ended = await EndedAsync($"{server.Url}/old.csv?key=secret");

        Assert.Equal(("DONE", Rows), ((string?)ended["state"], (int?)ended["rows"]));
        Assert.Equal("0 ", ranges[0]);
        Assert.EndsWith(" \"one\"", ranges[1], StringComparison.Ordinal);
        var lines = (await hub.Ann.BatchOutputAsync((string)ended["job_id"]!)).Text.TrimEnd().Split('\n');
        Assert.Equal(Enumerable.Range(1, Rows).Select(i => $$$"""{"row":{{{i}}},"prediction":{"sum":{{{i + 1}}}}}"""), lines);
    }

    [Fact]
    public async Task A_source_that_becomes_another_one_fails_the_job()
    {
        await using var server = await WebhookReceiver.StartAsync();
        var asked = 0;
        server.Answer = async (context, _) =>
        {
            context.Response.Headers.ETag = $"\"{++asked}\"";
            context.Response.ContentLength = Csv.Length;
            await context.Response.Body.WriteAsync(Csv.AsMemory(0, asked == 1 ? 100_000 : Csv.Length));
            await context.Response.Body.FlushAsync();
            context.Abort();
        };

        var ended = await EndedAsync($"{server.Url}/rows.csv");

        Assert.Equal("FAILED", (string?)ended["state"]);
        Assert.Contains("was changed", (string?)ended["reason"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest", "is not public")]
    [InlineData("http://10.0.0.1/rows.csv", "is not public")]
    [InlineData("/missing", "answers 404")]
    [InlineData("/loop.csv", "more than 5 times")]
    public async Task What_an_address_leads_to_is_looked_at_like_the_address(string target, string reason)
    {
        await using var server = await WebhookReceiver.StartAsync();
        server.Answer = (context, _) =>
        {
            if (context.Request.Path == "/missing")
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
            }
            else
            {
                context.Response.Redirect(target);
            }

            return Task.CompletedTask;
        };

        var ended = await EndedAsync($"{server.Url}/rows.csv");

        Assert.Equal("FAILED", (string?)ended["state"]);
        Assert.Contains(reason, (string?)ended["reason"], StringComparison.Ordinal);
    }

    private async Task<System.Text.Json.Nodes.JsonNode> EndedAsync(string url) =>
        await hub.Ann.EndedBatchAsync(await hub.Ann.GivenBatchAsync(new { name = hub.Model, endpoint = "1", source = new { url } }));
}
