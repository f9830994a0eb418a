using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MlHub.Testing.Webhooks;

namespace MlHub.Web.Tests.Webhooks;

/// <summary>What receivers that others wrote make of a real delivery.</summary>
public sealed class WebhookReceiverTests : IAsyncLifetime
{
    private static readonly string Clients = Path.Combine(Repository.Root, "tests", "clients");

    private readonly TestHub _hub = new(("MlHub:Webhooks:AllowedNetworks", "127.0.0.0/8"), ("MlHub:Webhooks:AllowHttp", "true"));
    private WebhookReceiver _receiver = null!;
    private HttpClient _ann = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await WebhookReceiver.StartAsync();
        _ann = await _hub.ProgramOfAsync("ann");
        await _ann.CallAsync("/registered-models/create", new { name = "prices" });
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task The_npm_package_standardwebhooks_verifies_it_and_refuses_what_was_changed()
    {
        Assert.True(Directory.Exists(Path.Combine(Clients, "node_modules", "standardwebhooks")), "Run npm ci in tests/clients first; test.sh does.");
        var secret = await GivenHookAsync(new { model_name = "prices", name = "tools", url = _receiver.Url, events = (string[])["model_version.created"] });

        var delivery = await DeliveredAsync();

        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.Equal("verified model_version.created", await VerifyAsync(secret!, delivery, delivery.Text));
        Assert.Equal("WebhookVerificationError: No matching signature found", await VerifyAsync(secret!, delivery, delivery.Text.Replace("prices", "pricey", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task After_a_rotation_it_verifies_with_the_old_secret_and_with_the_new_one()
    {
        var old = await GivenHookAsync(new { model_name = "prices", name = "tools", url = _receiver.Url, events = (string[])["model_version.created"] });
        var id = (string)(await HubAsync(HttpMethod.Get, "/webhooks/list", null)).GetProperty("webhooks")[0].GetProperty("id").GetString()!;
        var fresh = (await HubAsync(HttpMethod.Post, "/webhooks/rotate-secret", new { id, overlap_hours = 1 })).GetProperty("secret").GetString()!;

        var delivery = await DeliveredAsync();

        Assert.NotEqual(old, fresh);
        Assert.All([old!, fresh], s => Assert.Equal("verified model_version.created", VerifyAsync(s, delivery, delivery.Text).GetAwaiter().GetResult()));
    }

    [Fact]
    public async Task A_receiver_as_Databricks_documents_it_verifies_the_hex_of_the_body()
    {
        const string secret = "a secret that I chose";
        await _ann.CallAsync("/registry-webhooks/create", new { model_name = "prices", events = (string[])["MODEL_VERSION_CREATED"], http_url_spec = new { url = _receiver.Url, secret } });

        var delivery = await DeliveredAsync();

        // hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), delivery.Body)), delivery.Headers["X-Databricks-Signature"]);
    }

    [Fact]
    public async Task A_secret_that_looks_like_a_reference_is_taken_literally()
    {
        const string secret = "$PATH ${AWS_SECRET} %PATH% env:HOME";
        await GivenHookAsync(new { model_name = "prices", name = "tools", url = _receiver.Url, secret, events = (string[])["model_version.created"] });

        var delivery = await DeliveredAsync();

        byte[] signed = [.. Encoding.UTF8.GetBytes($"{delivery.Id}.{delivery.Headers["webhook-timestamp"]}."), .. delivery.Body];
        Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed)), delivery.Headers["webhook-signature"]);
    }

    [Theory]
    [InlineData("name", "tools\r\nX-Injected: 1")]
    [InlineData("url", "URL/\r\nX-Injected: 1")]
    [InlineData("url", "URL/\nX-Injected: 1")]
    [InlineData("secret", "secret\r\nX-Injected: 1")]
    [InlineData("authorization", "Bearer x\r\nX-Injected: 1")]
    public async Task A_line_break_is_refused(string field, string value)
    {
        var hook = new Dictionary<string, object> { ["model_name"] = "prices", ["name"] = "tools", ["url"] = _receiver.Url, ["events"] = (string[])["model_version.created"] };
        hook[field] = value.Replace("URL", _receiver.Url, StringComparison.Ordinal);

        using var answer = await SendAsync(HttpMethod.Post, "/webhooks/create", hook);

        Assert.Equal(400, (int)answer.StatusCode);
    }

    [Fact]
    public async Task The_answer_of_a_test_is_shown_without_headers_and_to_nobody_who_may_only_read()
    {
        _receiver.Answer = async (context, _) =>
        {
            context.Response.Headers["X-Inside"] = "header-of-the-receiver";
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(new string('x', 5000)));
        };
        await GivenHookAsync(new { model_name = "prices", name = "tools", url = _receiver.Url, events = (string[])["model_version.created"] });
        var id = (await HubAsync(HttpMethod.Get, "/webhooks/list", null)).GetProperty("webhooks")[0].GetProperty("id").GetString();

        using var shown = await SendAsync(HttpMethod.Post, "/webhooks/test", new { id });
        var text = await shown.Content.ReadAsStringAsync();

        Assert.Equal(200, (int)shown.StatusCode);
        Assert.DoesNotContain("header-of-the-receiver", text, StringComparison.Ordinal);
        Assert.Equal(1024, text.Count(c => c == 'x'));
        using var bob = await _hub.ProgramOfAsync("bob");
        using var hidden = await bob.PostAsJsonAsync("/api/2.0/mlhub/webhooks/test", new { id });
        using var nobody = _hub.CreateClient();
        using var unknown = await nobody.PostAsJsonAsync("/api/2.0/mlhub/webhooks/test", new { id });
        Assert.Equal((404, 401), ((int)hidden.StatusCode, (int)unknown.StatusCode));
        Assert.Single(_receiver.Received);
    }

    private async Task<ReceivedDelivery> DeliveredAsync()
    {
        await _ann.CallAsync("/model-versions/create", new { name = "prices", source = "s3://models/prices" });
        await Eventually.TrueAsync(() => _receiver.Received.Count == 1);
        return _receiver.Received[0];
    }

    private async Task<string?> GivenHookAsync(object hook) => (await HubAsync(HttpMethod.Post, "/webhooks/create", hook)).GetProperty("secret").GetString();

    private async Task<JsonElement> HubAsync(HttpMethod method, string path, object? body)
    {
        using var answer = await SendAsync(method, path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body) =>
        _ann.SendAsync(new HttpRequestMessage(method, "/api/2.0/mlhub" + path) { Content = body is null ? null : JsonContent.Create(body) });

    private static async Task<string> VerifyAsync(string secret, ReceivedDelivery delivery, string body)
    {
        using var node = Process.Start(new ProcessStartInfo("node", ["verify-webhook.js"]) { WorkingDirectory = Clients, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(new { secret, headers = delivery.Headers, body }));
        node.StandardInput.Close();
        var said = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        return said.Trim();
    }
}
