using MlHub.Protocol.Webhooks;
using MlHub.Web.Api;
using MlHub.Web.Tracking;
using MlHub.Webhooks;

namespace MlHub.Web.Webhooks;

/// <summary>MLflow 3's webhooks: of the whole hub, so for administrators.</summary>
public sealed class MlflowWebhookEndpoints(MlHub.Webhooks.Webhooks webhooks, WebhookTests tests)
{
    private const WebhookFamily Own = WebhookFamily.Mlflow;

    public void Map(MlflowRoutes api)
    {
        api.Post<CreateWebhookRequest, WebhookResponse>("/webhooks", Scopes.Admin, CreateAsync);
        api.Get<ListWebhooksRequest, WebhooksResponse>("/webhooks", Scopes.Admin, ListAsync);
        api.About<Empty, WebhookResponse>("GET", "/webhooks/{id}", Scopes.Admin, GetAsync);
        api.About<UpdateWebhookRequest, WebhookResponse>("PATCH", "/webhooks/{id}", Scopes.Admin, UpdateAsync);
        api.About<Empty, Empty>("DELETE", "/webhooks/{id}", Scopes.Admin, DeleteAsync);
        api.About<TestWebhookRequest, TestWebhookResponse>("POST", "/webhooks/{id}/test", Scopes.Admin, TestAsync);
    }

    private async Task<WebhookResponse> CreateAsync(CreateWebhookRequest request, ApiCall call)
    {
        var draft = new WebhookDraft
        {
            Name = Needed.Text(request.Name, "name"),
            Description = request.Description,
            Url = Needed.Text(request.Url, "url"),
            Events = EventsOf(Needed.Entry(request.Events, "events")),
            Secret = request.Secret,
            Status = StatusOf(request.Status),
        };
        return new((await webhooks.CreateAsync(call.Caller, Own, null, draft, call.Cancel)).Webhook.Hook.ToMessage());
    }

    private async Task<WebhooksResponse> ListAsync(ListWebhooksRequest request, ApiCall call)
    {
        call.Caller.RequireAdmin();
        var page = await webhooks.ListAsync(call.Caller, new(Own), WebhookMapping.PageOf(request.MaxResults), request.PageToken, call.Cancel);
        return new(page.Items.Select(w => w.Hook.ToMessage()).ToList().OrNull(), page.NextPageToken);
    }

    private async Task<WebhookResponse> GetAsync(string id, Empty request, ApiCall call) => new((await FoundAsync(id, call)).Hook.ToMessage());

    private async Task<WebhookResponse> UpdateAsync(string id, UpdateWebhookRequest request, ApiCall call)
    {
        call.Caller.RequireAdmin();
        var draft = new WebhookDraft
        {
            Name = request.Name,
            Description = request.Description,
            Url = request.Url,
            Events = request.Events is { Count: > 0 } events ? EventsOf(events) : null,
            Secret = request.Secret,
            Status = StatusOf(request.Status),
        };
        return new((await webhooks.UpdateAsync(call.Caller, Own, id, draft, call.Cancel)).Hook.ToMessage());
    }

    private async Task<Empty> DeleteAsync(string id, Empty request, ApiCall call)
    {
        call.Caller.RequireAdmin();
        await webhooks.DeleteAsync(call.Caller, Own, id, call.Cancel);
        return Empty.Answer;
    }

    private async Task<TestWebhookResponse> TestAsync(string id, TestWebhookRequest request, ApiCall call)
    {
        var found = await FoundAsync(id, call);
        var result = await tests.SendAsync(call.Caller, found.Hook.PublicId, request.Event is null ? null : WebhookMapping.EventOf(request.Event), call.Cancel);
        return new(new(result.IsDelivered, result.Status, result.Answer, result.IsDelivered ? null : result.Error ?? $"The receiver answered {result.Status}."));
    }

    private Task<FoundWebhook> FoundAsync(string id, ApiCall call)
    {
        call.Caller.RequireAdmin();
        return webhooks.GetAsync(call.Caller, Own, id, call.Cancel);
    }

    private static List<string> EventsOf(List<WebhookEventMessage?> events) => events.ConvertAll(WebhookMapping.EventOf);

    private static WebhookStatus? StatusOf(string? status) => WebhookMapping.StatusOf(status) is var known && known != WebhookStatus.TestMode
        ? known
        : throw HubException.Invalid("Invalid value 'TEST_MODE' for parameter 'status' supplied: It must be one of: ACTIVE, DISABLED.");
}
