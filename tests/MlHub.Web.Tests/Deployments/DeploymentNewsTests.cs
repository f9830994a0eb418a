using System.Text.Json.Nodes;
using MlHub.Testing.Deployments;
using MlHub.Testing.Serving;
using MlHub.Testing.Webhooks;

namespace MlHub.Web.Tests.Deployments;

/// <summary>Who hears of deployments, and where.</summary>
public sealed class DeploymentNewsTests(DeployHub hub) : IClassFixture<DeployHub>
{
    private readonly string _model = $"m-{Guid.NewGuid():N}";

    [Fact]
    public async Task How_a_deployment_went_is_told_to_webhooks_inboxes_and_in_the_audit()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await InferenceServer.StartAsync();
        await hub.Ann.GivenOnnxVersionAsync(_model, OnnxModels.Sum);
        var target = await hub.GivenTargetAsync("OPEN_INFERENCE", server.Url);
        Assert.Equal(200, (await hub.Ann.AskAsync(HttpMethod.Post, $"{DeployHub.Own}/webhooks/create", new
        {
            model_name = _model,
            name = "deployments",
            url = receiver.Url,
            events = (string[])["deployment.requested", "deployment.done", "deployment.failed", "deployment.removed"],
            ordered = true,
        })).Status);

        await hub.DeployAsync(_model, target, "1");
        var failed = await hub.BecomesAsync(_model, "FAILED");
        server.Repository.Add(_model);
        await hub.Ann.AskAsync(HttpMethod.Post, $"{DeployHub.Own}/deployments/retry", new { name = _model, target });
        var done = await hub.BecomesAsync(_model, "DEPLOYED", "1");
        await hub.Ann.AskAsync(HttpMethod.Post, $"{DeployHub.Own}/deployments/remove", new { name = _model, target });
        await hub.BecomesAsync(_model, "REMOVED");

        var sent = await Eventually.GetAsync(() => Task.FromResult(receiver.Received.Select(r => JsonNode.Parse(r.Text)!).ToList()), found => found.Count >= 4);
        Assert.Equal(["deployment.requested", "deployment.failed", "deployment.done", "deployment.removed"], sent.Select(s => (string?)s["type"]));
        Assert.All(sent, s => Assert.Equal((_model, target, "1"), ((string?)s["data"]!["name"], (string?)s["data"]!["target"], (string?)s["data"]!["requested_version"])));
        Assert.Equal((string?)failed["reason"], (string?)sent[1]["data"]!["reason"]);
        Assert.Equal(("1", (string?)done["reason"]), ((string?)sent[2]["data"]!["version"], (string?)sent[2]["data"]!["reason"]));
        var told = await Eventually.GetAsync(InboxAsync, found => found.Count >= 3);
        Assert.Equal([$"{_model} could not be brought to {target}: {(string?)failed["reason"]}", $"{_model} version 1 is on {target}", $"{_model} is no longer on {target}"], told);
        var audit = (await hub.Ada.AskAsync(HttpMethod.Get, $"{DeployHub.Own}/audit/export?kind=deployment&subject={_model}")).Text;
        Assert.Contains("deployment.removal_requested", audit, StringComparison.Ordinal);
    }

    private async Task<List<string>> InboxAsync() =>
        [.. (await hub.Ann.AskAsync(HttpMethod.Get, $"{DeployHub.Own}/inbox/list")).Json["notifications"]?.AsArray().Select(n => (string)n!["text"]!).Where(t => t.StartsWith(_model, StringComparison.Ordinal)).Reverse() ?? []];
}
