namespace MlHub.Web.Tests.Api;

/// <summary>Another way to write a call's address is no way around its checks.</summary>
public sealed class SecondSpellingTests(SharedHub hub) : IClassFixture<SharedHub>
{
    public static TheoryData<string> Spellings => ["upper case", "trailing slash", "double slash", "path parameter", "encoded letter", "encoded slash", "dot segments"];

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task A_second_spelling_gives_the_same_decision(string spelling)
    {
        using var anyone = hub.CreateClient(new() { AllowAutoRedirect = false });
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.UploadAsync(experiment, run, "secret.txt", "confidential"u8.ToArray());
        var name = (string)(await hub.Ann.GotAsync($"/experiments/get?experiment_id={experiment}")).Json["experiment"]!["name"]!;

        foreach (var (endpoint, sample, url) in WalkedEndpoint.Calls(hub, new(experiment, name, run, "no-such-model", "no-such-id", new string('0', 32), "m-" + new string('0', 32), new string('3', 32))))
        {
            var other = Respelt(url, spelling);
            var anonymous = await anyone.AskAsync(new(endpoint.Method), other, sample.Body);
            var stranger = await hub.Bob.AskAsync(new(endpoint.Method), other, sample.Body);

            Assert.True(anonymous.Status is 401 or 302 or 404 or 400, $"{endpoint.Method} {other} answered {anonymous.Status}");
            Assert.True(stranger.Status == sample.Stranger || stranger.Status is 404 or 400 or 405, $"{endpoint.Method} {other} answered {stranger.Status}");
            Assert.DoesNotContain("confidential", stranger.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("secret.txt", stranger.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("X-HTTP-Method-Override", "DELETE")]
    [InlineData("X-HTTP-Method", "DELETE")]
    [InlineData("X-Original-URL", "/api/2.0/mlflow/experiments/delete")]
    [InlineData("X-Rewrite-URL", "/api/2.0/mlflow/experiments/delete")]
    [InlineData("X-Forwarded-Host", "evil.example")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X-Forwarded-User", "ada")]
    public async Task A_header_does_not_turn_one_call_into_another(string header, string value)
    {
        var (experiment, run) = await hub.GivenRunAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/2.0/mlflow/experiments/get?experiment_id={experiment}");
        request.Headers.TryAddWithoutValidation(header, value);

        var answer = await Answer.OfAsync(await hub.Ann.SendAsync(request));
        using var again = new HttpRequestMessage(HttpMethod.Get, $"/api/2.0/mlflow/runs/get?run_id={run}");
        again.Headers.TryAddWithoutValidation(header, value);
        var stranger = await Answer.OfAsync(await hub.Bob.SendAsync(again));

        Assert.Equal((200, experiment), (answer.Status, (string?)answer.Json["experiment"]!["experiment_id"]));
        Assert.Equal(404, stranger.Status);
    }

    private static string Respelt(string url, string spelling)
    {
        var query = url.IndexOf('?', StringComparison.Ordinal);
        var (path, rest) = query < 0 ? (url, "") : (url[..query], url[query..]);
        var slash = path.LastIndexOf('/');
        return spelling switch
        {
            "upper case" => path.ToUpperInvariant(),
            "trailing slash" => path + "/",
            "double slash" => path[..slash] + "/" + path[slash..],
            "path parameter" => path + ";x=1",
            "encoded letter" => path[..(slash + 1)] + Uri.HexEscape(path[slash + 1]) + path[(slash + 2)..],
            "encoded slash" => path[..slash] + "%2F" + path[(slash + 1)..],
            _ => path[..slash] + "/x/.." + path[slash..],
        } + rest;
    }
}
