using MlHub.Access;
using MlHub.Web.Api;
using MlHub.Web.Artifacts;
using MlHub.Web.Shell;

namespace MlHub.Web.Tests.Api;

/// <summary>Nothing is open because somebody forgot to close it: these tests visit every endpoint there is.</summary>
public sealed class EndpointWalkTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public void Every_endpoint_declares_what_it_asks_of_its_caller()
    {
        // The framework's own look-up for files added to wwwroot since the build; it is there only while developing.
        string[] undeclared = ["{**path:file}"];

        var all = WalkedEndpoint.All(hub);

        Assert.True(all.Count(e => e.IsApi) > 60);
        Assert.DoesNotContain(all, e => e.Declared is null && !undeclared.Contains(e.Pattern));
    }

    [Fact]
    public void Only_these_endpoints_are_open_to_everyone()
    {
        var open = WalkedEndpoint.All(hub).Where(e => e.Declared is { Kind: AccessKind.Public } && !e.IsStaticFile).Select(e => e.Pattern).Distinct().ToList();

        Assert.All(open, pattern => Assert.True(pattern is "/version" or HubUrls.PasskeyChallenge or $"{SignedLinks.Folder}/{{link}}" or $"{SignedLinks.Folder}/{{link}}/{{name}}" || pattern.StartsWith("/_framework/", StringComparison.Ordinal), $"{pattern} is open to everyone."));
    }

    [Fact]
    public void Every_call_under_the_APIs_prefixes_asks_for_a_token_with_a_scope()
    {
        var calls = WalkedEndpoint.All(hub).Where(e => e.Pattern.Contains("api/", StringComparison.OrdinalIgnoreCase)).ToList();

        Assert.All(calls, e => Assert.True(e.IsApi && e.Declared is { Kind: AccessKind.Token, Scope: not Scopes.None }, $"{e.Method} {e.Pattern}"));
        Assert.Equal(
            calls.Where(e => e.Pattern.StartsWith("/api/", StringComparison.Ordinal)).Select(e => $"{e.Method} {e.Call}").Order(),
            calls.Where(e => e.Pattern.StartsWith("/ajax-api/", StringComparison.Ordinal)).Select(e => $"{e.Method} {e.Call}").Order());
    }

    [Fact]
    public async Task Without_credentials_every_call_is_401_in_MLflows_JSON()
    {
        using var anyone = hub.CreateClient(new() { AllowAutoRedirect = false });

        foreach (var (endpoint, sample, url) in WalkedEndpoint.Calls(hub, await GivenTargetAsync()).Where(c => c.Endpoint.IsApi))
        {
            var answer = await anyone.AskAsync(new(endpoint.Method), url, sample.Body);

            Assert.True((401, "UNAUTHENTICATED") == (answer.Status, answer.Code), $"{endpoint.Method} {url} answered {answer.Status} {answer.Text}");
            Assert.StartsWith("You are not authenticated.", answer.Message, StringComparison.Ordinal);
            Assert.Equal("Basic realm=\"mlflow\"", answer.Headers.WwwAuthenticate.ToString());
        }
    }

    [Fact]
    public async Task Without_a_sign_in_every_page_leads_to_the_sign_in()
    {
        using var anyone = hub.CreateClient(new() { AllowAutoRedirect = false });
        string[] open = ["/sign-in", "/sign-in/code", "/set-up", "/welcome", "/error", "/not-found"];

        foreach (var page in WalkedEndpoint.All(hub).Where(e => e.Declared is { Kind: AccessKind.Page or AccessKind.PageOrToken } && !open.Contains(e.Pattern)))
        {
            var url = page.Pattern.Replace("{ExperimentId:long}", "0", StringComparison.Ordinal).Replace("{Id:long}", "0", StringComparison.Ordinal)
                .Replace("{RunId}", "x", StringComparison.Ordinal).Replace("{ModelId}", "x", StringComparison.Ordinal).Replace("{Name}", "x", StringComparison.Ordinal).Replace("{Number:int}", "1", StringComparison.Ordinal);
            using var answer = await anyone.SendAsync(new(new(page.Method), url));

            Assert.True((int)answer.StatusCode is 302 or 401, $"{page.Method} {url} answered {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task Somebody_without_a_grant_learns_and_changes_nothing()
    {
        var target = await GivenTargetAsync();
        var before = await StateAsync(target);

        foreach (var (endpoint, sample, url) in WalkedEndpoint.Calls(hub, target))
        {
            var answer = await hub.Bob.AskAsync(new(endpoint.Method), url, sample.Body);

            Assert.True(sample.Stranger == answer.Status, $"{endpoint.Method} {url} answered {answer.Status} {answer.Text}");
            // The description of the API has the word in the names of calls and fields.
            Assert.DoesNotContain("secret", endpoint.Call == "/openapi.json" ? "" : answer.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(target.Name, sample.Body is null && answer.Status != 200 ? "" : answer.Text, StringComparison.Ordinal);
        }

        Assert.Equal(before, await StateAsync(target));
    }

    [Fact]
    public async Task A_refusal_is_the_same_for_what_is_hidden_and_what_is_absent()
    {
        var target = await GivenTargetAsync();
        var nowhere = new CallTable.Target("987654", "no such name", new string('0', 32), "no-such-model", "no-such-id", new string('1', 32), "m-" + new string('2', 32), new string('3', 32));
        var absent = WalkedEndpoint.Calls(hub, nowhere);

        foreach (var ((endpoint, sample, url), other) in WalkedEndpoint.Calls(hub, target).Zip(absent).Where(c => c.First.Sample.Stranger == 404))
        {
            var hidden = await hub.Bob.AskAsync(new(endpoint.Method), url, sample.Body);
            var missing = await hub.Bob.AskAsync(new(endpoint.Method), other.Url, other.Sample.Body);

            Assert.Equal(missing.Status, hidden.Status);
            Assert.Equal(Without(missing.Text, nowhere), Without(hidden.Text, target));
        }
    }

    [Fact]
    public async Task A_token_without_the_scope_is_refused_for_every_call()
    {
        var target = await GivenTargetAsync();
        var owner = await hub.GivenUserAsync($"root{Guid.NewGuid():N}", isAdmin: true);

        foreach (var group in WalkedEndpoint.Calls(hub, target).GroupBy(c => c.Endpoint.Declared!.Scope))
        {
            using var lacking = hub.Bearer(await hub.GivenTokenAsync(owner, Scopes.All & ~group.Key));
            foreach (var (endpoint, sample, url) in group)
            {
                var answer = await lacking.AskAsync(new(endpoint.Method), url, sample.Body);

                Assert.True((403, "PERMISSION_DENIED") == (answer.Status, answer.Code), $"{endpoint.Method} {url} answered {answer.Status} {answer.Text}");
            }
        }
    }

    [Fact]
    public async Task A_token_to_read_can_change_nothing()
    {
        using var reader = hub.Bearer(await hub.GivenTokenAsync(hub.AnnAsCaller, Scopes.TrackingRead | Scopes.ArtifactsRead | Scopes.RegistryRead));
        var target = await GivenTargetAsync();
        var before = await StateAsync(target);

        foreach (var (endpoint, sample, url) in WalkedEndpoint.Calls(hub, target))
        {
            var answer = await reader.AskAsync(new(endpoint.Method), url, sample.Body);

            Assert.True(answer.Status is 200 or 403 or 404, $"{endpoint.Method} {url} answered {answer.Status} {answer.Text}");
        }

        Assert.Equal(before, await StateAsync(target));
    }

    private Task<CallTable.Target> GivenTargetAsync() => CallTarget.GivenAsync(hub.Ann);

    private async Task<string> StateAsync(CallTable.Target target) => string.Join('\n',
        (await hub.Ann.GotAsync($"/experiments/get?experiment_id={target.Experiment}")).Text,
        (await hub.Ann.PostedAsync("/runs/search", new { experiment_ids = new[] { target.Experiment }, run_view_type = "ALL" })).Text,
        (await hub.Ann.GotAsync($"/artifacts/list?run_id={target.Run}")).Text,
        (await hub.Ann.AskAsync(HttpMethod.Get, $"/get-artifact?run_id={target.Run}&path=secret.txt")).Text,
        (await hub.Ann.PostedAsync("/logged-models/search", new { experiment_ids = new[] { target.Experiment } })).Text,
        (await hub.Ann.AskAsync(HttpMethod.Get, $"/logged-models/get-artifact?model_id={target.LoggedModel}&path=secret.txt")).Text,
        (await hub.Ann.GotAsync($"/registered-models/get?name={target.Model}")).Text,
        (await hub.Ann.GotAsync($"/model-versions/activities?name={target.Model}&version=1")).Text);

    private static string Without(string text, CallTable.Target target) =>
        text.Replace("\\u0027", "'", StringComparison.Ordinal).Replace(target.View, "VIEW", StringComparison.Ordinal).Replace(target.Webhook, "HOOK", StringComparison.Ordinal).Replace(target.Comment, "COMMENT", StringComparison.Ordinal).Replace(target.LoggedModel, "LOGGED", StringComparison.Ordinal).Replace(target.ModelId, "MODELID", StringComparison.Ordinal).Replace(target.Model, "MODEL", StringComparison.Ordinal).Replace(target.Run, "RUN", StringComparison.Ordinal).Replace(target.Name, "NAME", StringComparison.Ordinal).Replace(target.Experiment, "ID", StringComparison.Ordinal);
}
