namespace MlHub.Webhooks;

/// <summary>
/// Settles where a webhook sends to: a job's address and header are made of its host's, whatever else was said, and every address is
/// looked at by whoever will send to it before it is saved.
/// </summary>
public sealed class WebhookAddresses(IWebhookSender sender, JobHosts jobs)
{
    /// <param name="draft">What somebody says of the webhook.</param>
    /// <param name="known">The webhook that is changed; null for a new one.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The draft with its address.</returns>
    /// <exception cref="HubException">Invalid where the address may not be sent to.</exception>
    public async Task<WebhookDraft> CheckedAsync(WebhookDraft draft, Webhook? known, CancellationToken cancel)
    {
        if ((draft.Target ?? known?.Target) == WebhookTarget.Job)
        {
            var (wanted, before) = (draft.Choices ?? new(), known?.Target == WebhookTarget.Job ? known.Choices : new());
            var host = jobs.Find(wanted.WorkspaceUrl ?? wanted.JobHost ?? before.WorkspaceUrl ?? before.JobHost);
            var job = wanted.JobId ?? before.JobId;
            var isSameHost = host.Name == before.JobHost && known?.SealedAuthorization is not null;
            var token = !string.IsNullOrEmpty(draft.Authorization) ? draft.Authorization : isSameHost ? null : host.Token;
            draft = draft with
            {
                Url = host.AddressOf(job),
                Authorization = token is null ? null : host.HeaderOf(token),
                Choices = new(EventType: wanted.EventType ?? before.EventType, JobHost: host.Name, JobKind: host.Kind, JobId: job, WorkspaceUrl: wanted.WorkspaceUrl ?? before.WorkspaceUrl),
            };
        }

        if (!string.IsNullOrEmpty(draft.Url))
        {
            await sender.CheckAsync(draft.Url, cancel);
        }

        return draft;
    }
}
