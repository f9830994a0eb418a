using System.Text.Json.Nodes;

namespace MlHub.Web.Tests.Attacks;

/// <summary>Attacks 29, 32, 39, 48 and 70: what other servers of this kind left open or repeated.</summary>
public sealed class OtherServersTests(SharedHub hub) : IClassFixture<SharedHub>
{
    public static TheoryData<string, string> Elsewhere => new()
    {
        { "POST", "/signup" }, { "GET", "/signup" }, { "POST", "/api/2.0/mlflow/users/create-ui" }, { "POST", "/graphql" }, { "GET", "/graphql" },
        { "GET", "/api/2.0/preview/mlflow/experiments/list" }, { "GET", "/ajax-api/2.0/preview/mlflow/experiments/list" }, { "GET", "/api/3.0/mlflow/experiments/search" },
        { "POST", "/v1/traces" }, { "POST", "/api/3.0/mlflow/traces" }, { "GET", "/ajax-api/2.0/mlflow/gateway-proxy?gateway_path=x" }, { "POST", "/ajax-api/2.0/mlflow/gateway-proxy" },
        { "GET", "/api/2.0/mlflow/secrets/list" }, { "GET", "/metrics" }, { "GET", "/swagger" },
        { "GET", "/static-files/lib/x" }, { "GET", "/.env" }, { "GET", "/appsettings.json" }, { "GET", "/mlhub.db" }, { "GET", "/keys/" }, { "GET", "/debug/pprof" }, { "TRACE", "/" },
    };

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public async Task What_MlHub_has_not_is_open_to_nobody_and_does_nothing(string method, string url)
    {
        using var anyone = hub.CreateClient(new() { AllowAutoRedirect = false });

        var anonymous = await anyone.AskAsync(new(method), url, method == "POST" ? "{}" : null);
        var stranger = await hub.Bob.AskAsync(new(method), url, method == "POST" ? "{}" : null);

        Assert.True(anonymous.Status is 401 or 302 or 404 or 405, $"{anonymous.Status} {anonymous.Text}");
        Assert.True(stranger.Status is 404 or 405 or 401 or 302, $"{stranger.Status} {stranger.Text}");
    }

    /// <summary>A query within a query, a thousand times: there is nothing that would read it.</summary>
    [Fact]
    public async Task GraphQL_is_not_read()
    {
        var batch = new JsonArray([.. Enumerable.Range(0, 1000).Select(i => new JsonObject { ["query"] = $"{{ a{i}: __schema {{ types {{ name }} }} }}" })]);

        var answer = await hub.Ann.AskAsync(HttpMethod.Post, "/graphql", batch.ToJsonString());

        Assert.True(answer.Status is 404 or 405 or 302 or 401, $"{answer.Status}");
        Assert.DoesNotContain("types", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Type")]
    [InlineData("User-Agent")]
    [InlineData("Referer")]
    [InlineData("Accept-Language")]
    [InlineData("X-Forwarded-Host")]
    [InlineData("Range")]
    [InlineData("If-None-Match")]
    [InlineData("Idempotency-Key")]
    public async Task What_a_header_holds_is_repeated_to_nobody(string header)
    {
        const string script = "<script>alert(1)</script>";
        foreach (var (method, url) in new[] { ("POST", "/api/2.0/mlflow/runs/create"), ("GET", "/api/2.0/mlflow/runs/get?run_id=x"), ("GET", "/no/such/page"), ("GET", "/get-artifact?run_id=x&path=y") })
        {
            using var request = new HttpRequestMessage(new(method), url);
            request.Content = method == "POST" ? new ByteArrayContent("{}"u8.ToArray()) : null;
            if (!request.Headers.TryAddWithoutValidation(header, script))
            {
                request.Content?.Headers.TryAddWithoutValidation(header, script);
            }

            var answer = await Answer.OfAsync(await hub.Ann.SendAsync(request));

            Assert.DoesNotContain("<script>alert", answer.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(answer.Headers.SelectMany(h => h.Value), v => v.Contains("<script>", StringComparison.Ordinal));
        }
    }

    /// <summary>The address may be repeated, in JSON that no browser takes for a page.</summary>
    [Fact]
    public async Task An_address_is_repeated_as_JSON_only()
    {
        var call = await hub.Ann.AskAsync(HttpMethod.Get, "/api/2.0/mlflow/%3Cscript%3Ealert(1)%3C/script%3E");
        var page = await hub.Ann.AskAsync(HttpMethod.Get, "/%3Cscript%3Ealert(1)%3C/script%3E?returnUrl=%3Cscript%3Ealert(1)%3C/script%3E");

        Assert.Equal((404, "application/json"), (call.Status, call.ContentHeaders.ContentType?.MediaType));
        Assert.Equal("nosniff", Assert.Single(call.Headers.GetValues("X-Content-Type-Options")));
        Assert.DoesNotContain("<script>alert", page.Text, StringComparison.Ordinal);
    }
}
