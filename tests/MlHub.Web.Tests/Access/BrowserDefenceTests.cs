using System.Net.Http.Headers;

namespace MlHub.Web.Tests.Access;

/// <summary>A page of another site, open in a visitor's browser, can use none of the visitor's rights.</summary>
public sealed class BrowserDefenceTests(PortHub hub) : IClassFixture<PortHub>
{
    private string Unsafe => $"POST /api/2.0/mlflow/experiments/create HTTP/1.1\r\nHost: {hub.Address.Authority}\r\nConnection: close\r\nAuthorization: Bearer {hub.AnnsToken}\r\n";

    [Theory]
    [InlineData("Origin: https://evil.example")]
    [InlineData("Origin: null")]
    [InlineData("Origin: http://localhost.evil.example")]
    [InlineData("Origin: http://127.0.0.1:1")]
    [InlineData("Sec-Fetch-Site: cross-site")]
    [InlineData("Sec-Fetch-Site: same-site")]
    [InlineData("Origin: HTTPS://EVIL.EXAMPLE\r\nSec-Fetch-Site: same-origin")]
    public async Task An_unsafe_call_from_another_sites_page_is_refused(string header)
    {
        var name = $"{{\"name\":\"{Guid.NewGuid():N}\"}}";

        var answer = await RawHttp.SendAsync(hub.Address, Unsafe + $"{header}\r\nContent-Type: text/plain\r\nContent-Length: {name.Length}\r\n\r\n{name}");

        Assert.Equal((403, "PERMISSION_DENIED"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("POST", "/ajax-api/2.0/mlflow/runs/create")]
    [InlineData("PUT", "/api/2.0/mlflow-artifacts/artifacts/0/x/artifacts/a")]
    [InlineData("DELETE", "/ajax-api/2.0/mlflow-artifacts/artifacts/0/x/artifacts/a")]
    [InlineData("PATCH", "/api/2.0/mlflow/experiments/permissions/update")]
    [InlineData("POST", "/sign-in")]
    [InlineData("POST", "/set-up")]
    [InlineData("POST", "/sign-out")]
    [InlineData("POST", "/_blazor/negotiate?negotiateVersion=1")]
    [InlineData("OPTIONS", "/ajax-api/2.0/mlflow/runs/create")]
    [InlineData("POST", "/no/such/page")]
    public async Task So_is_one_to_every_other_unsafe_route(string method, string path)
    {
        var answer = await RawHttp.SendAsync(
            hub.Address, $"{method} {path} HTTP/1.1\r\nHost: {hub.Address.Authority}\r\nOrigin: https://evil.example\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal(403, answer.Status);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_WebSocket_from_another_sites_page_is_refused()
    {
        var answer = await RawHttp.SendAsync(
            hub.Address,
            $"GET /_blazor HTTP/1.1\r\nHost: {hub.Address.Authority}\r\nOrigin: https://evil.example\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

        Assert.Equal(403, answer.Status);
    }

    [Fact]
    public async Task Our_own_pages_and_programs_are_not_stopped()
    {
        foreach (var header in new[] { $"Origin: http://{hub.Address.Authority}", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none", "X-Nothing: special" })
        {
            var name = $"{{\"name\":\"{Guid.NewGuid():N}\"}}";
            Assert.Equal(200, (await RawHttp.SendAsync(hub.Address, Unsafe + $"{header}\r\nContent-Length: {name.Length}\r\n\r\n{name}")).Status);
        }
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("10.evil.example")]
    [InlineData("192.168.evil.example")]
    [InlineData("172.16.evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("10.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("[::2]")]
    public async Task A_request_for_another_host_is_refused_everywhere(string host)
    {
        foreach (var path in new[] { "/", "/sign-in", "/api/2.0/mlflow/experiments/search?max_results=1", "/get-artifact?run_id=x&path=y", "/css/theme.css", "/_blazor/negotiate" })
        {
            var answer = await RawHttp.SendAsync(hub.Address, $"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {hub.AnnsToken}\r\nConnection: close\r\n\r\n");

            Assert.True(answer.Status == 400, $"{path} answered {answer.Status}");
        }
    }

    [Theory]
    [InlineData("GET http://evil.example/api/2.0/mlflow/experiments/search?max_results=1 HTTP/1.1\r\nHost: evil.example\r\n")]
    [InlineData("GET http://evil.example/api/2.0/mlflow/experiments/search?max_results=1 HTTP/1.1\r\nHost: localhost\r\n")]
    [InlineData("GET /api/2.0/mlflow/experiments/search?max_results=1 HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n")]
    [InlineData("GET /api/2.0/mlflow/experiments/search?max_results=1 HTTP/1.1\r\n")]
    public async Task A_host_told_in_two_ways_or_none_is_refused(string head)
    {
        var answer = await RawHttp.SendAsync(hub.Address, $"{head}Authorization: Bearer {hub.AnnsToken}\r\nConnection: close\r\n\r\n");

        Assert.Equal(400, answer.Status);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("LOCALHOST:5000")]
    public async Task This_machines_own_names_are_taken(string host)
    {
        var answer = await RawHttp.SendAsync(
            hub.Address,
            $"GET /api/2.0/mlflow/experiments/search?max_results=1 HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Host: evil.example\r\nAuthorization: Bearer {hub.AnnsToken}\r\nConnection: close\r\n\r\n");

        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain("evil", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/health")]
    [InlineData("/api/2.0/mlflow/experiments/search?max_results=1")]
    [InlineData("/css/theme.css")]
    [InlineData("/no/such/page")]
    public async Task Every_answer_carries_the_headers_of_defence(string path)
    {
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = hub.Address };
        using var answer = await client.GetAsync(path);

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Opener-Policy")));
        Assert.False(answer.Headers.Contains("Server"));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }
}
