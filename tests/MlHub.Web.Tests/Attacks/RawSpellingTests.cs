namespace MlHub.Web.Tests.Attacks;

/// <summary>Attack 33: spellings of an address that HTTP clients would tidy up, so they go over a bare socket.</summary>
public sealed class RawSpellingTests(PortHub hub) : IClassFixture<PortHub>
{
    public static TheoryData<string> Spellings =>
    [
        "/api/2.0/mlflow/runs/get", "/ajax-api/2.0/mlflow/runs/get", "/api/3.0/mlflow/runs/get", "/ajax-api/3.0/mlflow/runs/get", "/api/2.0/preview/mlflow/runs/get",
        "//api/2.0/mlflow/runs/get", "///api/2.0/mlflow/runs/get", "/api//2.0/mlflow/runs/get", "/api/2.0/mlflow//runs/get", "/./api/2.0/mlflow/runs/get", "/x/../api/2.0/mlflow/runs/get",
        "/version/../api/2.0/mlflow/runs/get", "/health/../api/2.0/mlflow/runs/get", "/css/../api/2.0/mlflow/runs/get", "/signed/../api/2.0/mlflow/runs/get", "/%61pi/2.0/mlflow/runs/get",
        "/api%2f2.0%2fmlflow%2fruns%2fget", "/api/2.0/mlflow/runs%2fget", "/version/..%2fapi/2.0/mlflow/runs/get", "/version/%2e%2e/api/2.0/mlflow/runs/get", "/api/2.0/mlflow/runs/get/",
        "/api/2.0/mlflow/runs/get/.", "/api/2.0/mlflow/runs/x/../get", "/api/2.0/mlflow/runs/get;x=1", "/api;x=1/2.0/mlflow/runs/get", "/API/2.0/MLFLOW/RUNS/GET", "/api/2.0/mlflow/runs/get%20",
        "/api/2.0/mlflow/runs/get%00", "/api/2.0/mlflow/runs/get%0a", "/api\\2.0\\mlflow\\runs\\get", "/api/2.0/mlflow/runs/get.json", "/%2e/api/2.0/mlflow/runs/get", "/api/2.0/mlflow/runs/%67et",
    ];

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task A_spelling_decides_nothing(string spelling)
    {
        var (_, run) = await hub.GivenRunAsync();
        await hub.Ann.CallAsync("/runs/set-tag", new { run_id = run, key = "k", value = "nobody else's" });
        var bob = await hub.GivenTokenAsync(await hub.GivenUserAsync($"b{Guid.NewGuid():N}"));

        var anonymous = await SendAsync($"GET {spelling}?run_id={run}", null);
        var stranger = await SendAsync($"GET {spelling}?run_id={run}", bob);

        Assert.True(anonymous.Status is 400 or 401 or 404 or 302, $"anonymous: {anonymous.Status}");
        Assert.True(stranger.Status is 400 or 404 or 302, $"stranger: {stranger.Status}");
        Assert.DoesNotContain("nobody else's", anonymous.Text + stranger.Text, StringComparison.Ordinal);
    }

    /// <summary>GET, PATCH and DELETE share addresses here, so a method that counted from elsewhere would show.</summary>
    [Theory]
    [InlineData("X-HTTP-Method-Override: DELETE", "")]
    [InlineData("X-HTTP-Method: DELETE", "")]
    [InlineData("X-Method-Override: DELETE", "")]
    [InlineData("X-Original-Method: DELETE", "")]
    [InlineData("X-Original-URL: /api/2.0/mlflow/registered-models/delete", "")]
    [InlineData("X-Rewrite-URL: /api/2.0/mlflow/registered-models/delete", "")]
    [InlineData("X-Nothing: special", "&_method=DELETE&method=DELETE&http_method=DELETE")]
    public async Task A_method_comes_from_the_request_line_only(string header, string query)
    {
        var name = $"m-{Guid.NewGuid():N}";
        await hub.Ann.CallAsync("/registered-models/create", new { name });
        await hub.Ann.CallAsync("/model-versions/create", new { name, source = "s3://bucket/m" });
        await hub.Ann.CallAsync("/registered-models/alias", new { name, alias = "champion", version = "1" });

        var got = await SendAsync($"GET /api/2.0/mlflow/registered-models/alias?name={name}&alias=champion{query}", hub.AnnsToken, header);
        var posted = await SendAsync($"POST /api/2.0/mlflow/registered-models/alias?name={name}&alias=champion{query}", hub.AnnsToken, header + "\r\nContent-Length: 0");
        var still = await hub.Ann.GotAsync($"/registered-models/alias?name={name}&alias=champion");

        Assert.Equal((200, 400, 200), (got.Status, posted.Status, still.Status));
    }

    [Theory]
    [InlineData("TRACE")]
    [InlineData("CONNECT")]
    [InlineData("DEBUG")]
    [InlineData("get")]
    [InlineData("PROPFIND")]
    public async Task Another_method_is_no_way_in(string method)
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await SendAsync($"{method} /api/2.0/mlflow/runs/get?run_id={run}", null);

        Assert.InRange(answer.Status, 400, 499);
    }

    private Task<Answer> SendAsync(string request, string? token, string header = "X: y") => RawHttp.SendAsync(
        hub.Address,
        $"{request} HTTP/1.1\r\nHost: {hub.Address.Authority}\r\n{(token is null ? "" : $"Authorization: Bearer {token}\r\n")}{header}\r\nConnection: close\r\n\r\n");
}
