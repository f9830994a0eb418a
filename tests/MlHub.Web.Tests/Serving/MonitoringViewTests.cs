using System.Text;
using System.Text.Json;
using Bunit;
using MlHub.Access;
using MlHub.Events;
using MlHub.Scoring;
using MlHub.Serving;
using MlHub.Serving.Monitoring;
using MlHub.Testing.Serving;
using MlHub.Web.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>The part of the serving tab that shows how a model fares.</summary>
public sealed class MonitoringViewTests : LivePage
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_request_is_seen_without_a_reload_and_by_its_version()
    {
        var model = await GivenServedAsync();
        var view = Open(Ann, model, RegistryPermission.Manage);
        view.WaitForAssertion(() => Assert.Contains("No request yet", view.Markup, StringComparison.Ordinal), Soon);

        await AskAsync(model, """{"inputs": {"a": [[3]], "b": [[4]]}}""");
        await AskAsync(model, """{"inputs": {"a": [[3]]}}""");

        view.WaitForAssertion(
            () => Assert.Equal(["v1", "2", "1", "–"], view.FindAll(".measures tbody td").Take(4).Select(c => c.TextContent.Trim())), Soon);
        Assert.Equal(3, view.FindAll("[data-plot][role=img]").Count);
        view.WaitForAssertion(() => Assert.Equal("Ready", view.Find(".workers .serving-state").TextContent.Trim()), Soon);
        Assert.Contains("had the model served", view.Find(".serving-events").TextContent, StringComparison.Ordinal);
        Assert.Contains("ann", view.Find(".serving-events .event-line").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_does_not_manage_the_model_is_not_offered_its_log()
    {
        var model = await GivenServedAsync();

        Open(Ann, model, RegistryPermission.Manage).WaitForElement(".worker-log", Soon);
        var editors = Open(Ann, model, RegistryPermission.ManageProduction);
        editors.WaitForElement("#workers-title", Soon);
        Assert.Empty(editors.FindAll(".worker-log"));
    }

    [Fact]
    public void Every_event_of_serving_and_deploying_has_words()
    {
        var kinds = EventKinds.All.Where(k => k.Split('.')[0] is "serving" or "capture" or "deployment" || k.StartsWith("batch.schedule", StringComparison.Ordinal)).ToList();

        foreach (var kind in kinds)
        {
            var facts = JsonSerializer.SerializeToElement(new { target = "edge", endpoint = "Production", version = "3", percent = 5, kind = "Canary", name = "nightly" });
            var row = RenderAs<ServingEventRow>(Ann, p => p.Add(r => r.Name, "price").Add(r => r.Event, new ServingEvent(1, DateTimeOffset.UtcNow, "ann", kind, 3, facts, facts)));
            Assert.DoesNotContain(kind, row.Markup, StringComparison.Ordinal);
            Assert.NotEqual("ann", row.Find(".event-line").TextContent.Trim());
        }

        Assert.Contains(EventKinds.DeploymentFailed, kinds);
        Assert.Contains(EventKinds.CaptureDeleted, kinds);
    }

    private IRenderedComponent<MonitoringView> Open(Caller who, string model, RegistryPermission permission) =>
        RenderAs<MonitoringView>(who, p => p.Add(v => v.Name, model).Add(v => v.Permission, permission));

    private async Task AskAsync(string model, string body) => await The<ModelCalls>().AskAsync(
        await The<ServedModels>().FindAsync(Ann, model, "1", default), RequestForm.InvocationJson, Encoding.UTF8.GetBytes(body), default);

    private async Task<string> GivenServedAsync()
    {
        using var ann = Hub.Bearer(await Hub.GivenTokenAsync(Ann));
        var model = $"m-{Guid.NewGuid():N}";
        await ann.GivenOnnxVersionAsync(model, OnnxModels.Sum);
        await The<ServedModels>().EnableAsync(Ann, model, default);
        return model;
    }
}
