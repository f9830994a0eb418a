using System.Globalization;
using MlHub.Protocol.Webhooks;
using MlHub.Web.Api;
using MlHub.Web.Tracking;
using MlHub.Webhooks;

namespace MlHub.Web.Webhooks;

/// <summary>MlHub's own webhooks/*: every target and filter, the delivery log and sending again, of whatever family the webhook is.</summary>
public sealed class HubWebhookEndpoints(MlHub.Webhooks.Webhooks webhooks, WebhookDeliveries deliveries, WebhookTests tests, TimeProvider clock)
{
    private const int OverlapHours = 24;

    public void Map(MlflowRoutes own)
    {
        own.Post<HubWebhookRequest, HubWebhookResponse>("/webhooks/create", Scopes.RegistryWrite, CreateAsync);
        own.Get<HubWebhookIdRequest, HubWebhookResponse>("/webhooks/get", Scopes.RegistryWrite, GetAsync);
        own.Get<ListHubWebhooksRequest, HubWebhooksResponse>("/webhooks/list", Scopes.RegistryWrite, ListAsync);
        own.Patch<HubWebhookRequest, HubWebhookResponse>("/webhooks/update", Scopes.RegistryWrite, UpdateAsync);
        own.Delete<HubWebhookIdRequest, Empty>("/webhooks/delete", Scopes.RegistryWrite, DeleteAsync);
        own.Post<TestHubWebhookRequest, TestWebhookResponse>("/webhooks/test", Scopes.RegistryWrite, TestAsync);
        own.Post<RotateWebhookSecretRequest, WebhookSecretResponse>("/webhooks/rotate-secret", Scopes.RegistryWrite, RotateAsync);
        own.Get<ListDeliveriesRequest, DeliveriesResponse>("/webhooks/deliveries", Scopes.RegistryWrite, DeliveriesAsync);
        own.Get<DeliveryRequest, DeliveryResponse>("/webhooks/delivery", Scopes.RegistryWrite, DeliveryAsync);
        own.Post<DeliveryRequest, RedeliverResponse>("/webhooks/redeliver", Scopes.RegistryWrite, RedeliverAsync);
        own.Post<RedeliverFailedRequest, RedeliverResponse>("/webhooks/redeliver-failed", Scopes.RegistryWrite, RedeliverFailedAsync);
    }

    private async Task<HubWebhookResponse> CreateAsync(HubWebhookRequest request, ApiCall call)
    {
        var target = WebhookMapping.TargetOf(request.Target) ?? WebhookTarget.Mlflow;
        var draft = Draft(request) with { Target = target, Events = Needed.Entries(request.Events, "events"), Name = Needed.Text(request.Name, "name"), MakesSecret = IsVerified(target) };
        if (target != WebhookTarget.Job)
        {
            Needed.Text(request.Url, "url");
        }

        var made = await webhooks.CreateAsync(call.Caller, WebhookFamily.Hub, string.IsNullOrEmpty(request.ModelName) ? null : request.ModelName, draft, call.Cancel);
        return new(made.Webhook.ToHubMessage(clock.GetUtcNow()), made.Secret);
    }

    private async Task<HubWebhookResponse> GetAsync(HubWebhookIdRequest request, ApiCall call) =>
        new((await webhooks.GetAsync(call.Caller, null, Id(request.Id), call.Cancel)).ToHubMessage(clock.GetUtcNow()), null);

    private async Task<HubWebhooksResponse> ListAsync(ListHubWebhooksRequest request, ApiCall call)
    {
        var search = new WebhookSearch(null, string.IsNullOrEmpty(request.ModelName) ? null : request.ModelName, request.Events);
        var page = await webhooks.ListAsync(call.Caller, search, WebhookMapping.PageOf(request.MaxResults), request.PageToken, call.Cancel);
        return new(page.Items.Select(w => w.ToHubMessage(clock.GetUtcNow())).ToList().OrNull(), page.NextPageToken);
    }

    private async Task<HubWebhookResponse> UpdateAsync(HubWebhookRequest request, ApiCall call) =>
        new((await webhooks.UpdateAsync(call.Caller, null, Id(request.Id), Draft(request), call.Cancel)).ToHubMessage(clock.GetUtcNow()), null);

    private async Task<Empty> DeleteAsync(HubWebhookIdRequest request, ApiCall call)
    {
        await webhooks.DeleteAsync(call.Caller, null, Id(request.Id), call.Cancel);
        return Empty.Answer;
    }

    private async Task<TestWebhookResponse> TestAsync(TestHubWebhookRequest request, ApiCall call)
    {
        var result = await tests.SendAsync(call.Caller, Id(request.Id), string.IsNullOrEmpty(request.Event) ? null : request.Event, call.Cancel);
        return new(new(result.IsDelivered, result.Status, result.Answer, result.IsDelivered ? null : result.Error ?? $"The receiver answered {result.Status}."));
    }

    private async Task<WebhookSecretResponse> RotateAsync(RotateWebhookSecretRequest request, ApiCall call)
    {
        var hours = Math.Clamp(request.OverlapHours ?? OverlapHours, -1, Limits.WebhookOverlapHours + 1);
        return new(await webhooks.RotateSecretAsync(call.Caller, Id(request.Id), request.Secret, TimeSpan.FromHours(hours), call.Cancel));
    }

    private async Task<DeliveriesResponse> DeliveriesAsync(ListDeliveriesRequest request, ApiCall call)
    {
        var search = new DeliverySearch(
            WebhookMapping.StateOf(request.State), string.IsNullOrEmpty(request.Event) ? null : request.Event, Instant(request.From, "from"), Instant(request.To, "to"), (int?)request.Status);
        var page = await deliveries.ListAsync(call.Caller, Id(request.Id), search, WebhookMapping.PageOf(request.MaxResults), request.PageToken, call.Cancel);
        return new(page.Items.Select(d => d.ToMessage()).ToList().OrNull(), page.NextPageToken);
    }

    private async Task<DeliveryResponse> DeliveryAsync(DeliveryRequest request, ApiCall call) =>
        (await deliveries.GetAsync(call.Caller, Id(request.Id), DeliveryId(request.DeliveryId), call.Cancel)).ToResponse();

    private async Task<RedeliverResponse> RedeliverAsync(DeliveryRequest request, ApiCall call)
    {
        await deliveries.SendAgainAsync(call.Caller, Id(request.Id), DeliveryId(request.DeliveryId), call.Cancel);
        return new(1);
    }

    private async Task<RedeliverResponse> RedeliverFailedAsync(RedeliverFailedRequest request, ApiCall call) =>
        new(await deliveries.SendFailedAgainAsync(call.Caller, Id(request.Id), Instant(Needed.Value(request.Since, "since"), "since")!.Value, call.Cancel));

    private static WebhookDraft Draft(HubWebhookRequest request) => new()
    {
        Name = request.Name,
        Description = request.Description,
        Url = request.Url,
        Target = WebhookMapping.TargetOf(request.Target),
        Status = WebhookMapping.StatusOf(request.Status),
        Events = request.Events is null ? null : Needed.Entries(request.Events, "events"),
        Filter = request.Filter is { } filter ? new(Some(filter.Stage), Some(filter.TagKey), Some(filter.TagValue), Some(filter.ExperimentId)) : null,
        Template = request.Template,
        Choices = ChoicesOf(request),
        IsOrdered = request.Ordered,
        Secret = request.Secret,
        Authorization = request.Authorization,
        TrustedCertificates = request.TrustedCertificates,
    };

    private static WebhookChoices? ChoicesOf(HubWebhookRequest request) =>
        request is { Channel: null, EventType: null, Ref: null, JobHost: null, JobId: null }
            ? null
            : new(Some(request.Channel), Some(request.EventType), Some(request.Ref), Some(request.JobHost), null, Some(request.JobId));

    /// <summary>Chats and build services look at no signature.</summary>
    internal static bool IsVerified(WebhookTarget target) => target is WebhookTarget.Mlflow or WebhookTarget.Databricks or WebhookTarget.Template or WebhookTarget.Job;

    private static string Id(string? id) => Needed.Text(id, "id");

    private static long DeliveryId(string? text) =>
        long.TryParse(Needed.Text(text, "delivery_id"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;

    private static DateTimeOffset? Instant(long? milliseconds, string field) =>
        milliseconds is null ? null
        : milliseconds is >= 0 and <= 253_402_300_799_999 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds.Value)
        : throw HubException.Invalid($"Invalid value {milliseconds} for parameter '{field}' supplied: It must be an instant in milliseconds since 1970.");

    private static string? Some(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
