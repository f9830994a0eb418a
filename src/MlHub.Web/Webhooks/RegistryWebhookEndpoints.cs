using MlHub.Protocol.Webhooks;
using MlHub.Web.Api;
using MlHub.Web.Tracking;
using MlHub.Webhooks;

namespace MlHub.Web.Webhooks;

/// <summary>Databricks' registry-webhooks/*: of a model for those who manage it, of the whole registry for administrators.</summary>
public sealed class RegistryWebhookEndpoints(MlHub.Webhooks.Webhooks webhooks, WebhookTests tests)
{
    private const WebhookFamily Own = WebhookFamily.Databricks;

    public void Map(MlflowRoutes api)
    {
        // Addresses of receivers are secrets of some, so reading them takes what changing them takes.
        api.Post<CreateRegistryWebhookRequest, RegistryWebhookResponse>("/registry-webhooks/create", Scopes.RegistryWrite, CreateAsync);
        api.Get<ListRegistryWebhooksRequest, RegistryWebhooksResponse>("/registry-webhooks/list", Scopes.RegistryWrite, ListAsync);
        api.Patch<UpdateRegistryWebhookRequest, RegistryWebhookResponse>("/registry-webhooks/update", Scopes.RegistryWrite, UpdateAsync);
        api.Delete<RegistryWebhookIdRequest, Empty>("/registry-webhooks/delete", Scopes.RegistryWrite, DeleteAsync);
        api.Post<TestRegistryWebhookRequest, TestRegistryWebhookResponse>("/registry-webhooks/test", Scopes.RegistryWrite, TestAsync);
    }

    private async Task<RegistryWebhookResponse> CreateAsync(CreateRegistryWebhookRequest request, ApiCall call)
    {
        if ((request.HttpUrlSpec is null) == (request.JobSpec is null))
        {
            throw HubException.Invalid("Exactly one of http_url_spec and job_spec is required.");
        }

        var draft = Draft(request.Events, request.Description, request.Status, request.HttpUrlSpec, request.JobSpec) with
        {
            Name = NameOf(request),
            Events = Needed.Entries(request.Events, "events"),
            Target = request.JobSpec is null ? WebhookTarget.Databricks : WebhookTarget.Job,
        };
        if (request.HttpUrlSpec is { } spec)
        {
            Needed.Text(spec.Url, "http_url_spec.url");
        }

        var made = await webhooks.CreateAsync(call.Caller, Own, string.IsNullOrEmpty(request.ModelName) ? null : request.ModelName, draft, call.Cancel);
        return new(made.Webhook.ToRegistryMessage());
    }

    private async Task<RegistryWebhooksResponse> ListAsync(ListRegistryWebhooksRequest request, ApiCall call)
    {
        var search = new WebhookSearch(Own, string.IsNullOrEmpty(request.ModelName) ? null : request.ModelName, request.Events);
        var page = await webhooks.ListAsync(call.Caller, search, WebhookMapping.PageOf(request.MaxResults), request.PageToken, call.Cancel);
        return new(page.Items.Select(w => w.ToRegistryMessage()).ToList().OrNull(), page.NextPageToken);
    }

    private async Task<RegistryWebhookResponse> UpdateAsync(UpdateRegistryWebhookRequest request, ApiCall call)
    {
        if (request is { HttpUrlSpec: not null, JobSpec: not null })
        {
            throw HubException.Invalid("Only one of http_url_spec and job_spec may be given.");
        }

        var id = Needed.Text(request.Id, "id");
        var draft = Draft(request.Events, request.Description, request.Status, request.HttpUrlSpec, request.JobSpec) with
        {
            Target = request.HttpUrlSpec is not null ? WebhookTarget.Databricks : request.JobSpec is not null ? WebhookTarget.Job : null,
        };
        return new((await webhooks.UpdateAsync(call.Caller, Own, id, draft, call.Cancel)).ToRegistryMessage());
    }

    private async Task<Empty> DeleteAsync(RegistryWebhookIdRequest request, ApiCall call)
    {
        await webhooks.DeleteAsync(call.Caller, Own, Needed.Text(request.Id, "id"), call.Cancel);
        return Empty.Answer;
    }

    private async Task<TestRegistryWebhookResponse> TestAsync(TestRegistryWebhookRequest request, ApiCall call)
    {
        var found = await webhooks.GetAsync(call.Caller, Own, Needed.Text(request.Id, "id"), call.Cancel);
        var result = await tests.SendAsync(call.Caller, found.Hook.PublicId, string.IsNullOrEmpty(request.Event) ? null : request.Event, call.Cancel);
        return new(result.Status, result.Status, result.Answer ?? result.Error);
    }

    private static WebhookDraft Draft(List<string>? events, string? description, string? status, HttpUrlSpecMessage? http, JobSpecMessage? job)
    {
        if (http is { EnableSslVerification: false })
        {
            throw HubException.Invalid(
                "enable_ssl_verification=false is not supported: anybody between here and there could read and answer. Give the receiver's certificate as trusted_certificates of mlhub/webhooks instead.");
        }

        return new()
        {
            Description = description,
            Status = WebhookMapping.StatusOf(status),
            Events = events is { Count: > 0 } ? Needed.Entries(events, "events") : null,
            Url = http?.Url,
            Secret = http?.Secret,
            Authorization = job is null ? http?.Authorization : job.AccessToken,
            Choices = job is null ? null : new(JobId: job.JobId, WorkspaceUrl: string.IsNullOrEmpty(job.WorkspaceUrl) ? null : job.WorkspaceUrl),
        };
    }

    /// <summary>Databricks' webhooks have none; people tell them apart by what they are of.</summary>
    private static string NameOf(CreateRegistryWebhookRequest request) =>
        request.JobSpec is { JobId: { Length: > 0 } job } ? Cut($"Job {job}")
        : Uri.TryCreate(request.HttpUrlSpec?.Url, UriKind.Absolute, out var url) && url.Host.Length > 0 ? Cut(url.Host)
        : "Databricks webhook";

    private static string Cut(string name) => name.Length <= Limits.WebhookName ? name : name[..Limits.WebhookName];
}
