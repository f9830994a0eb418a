using MlHub.Web.Shell;
using MlHub.Webhooks;

namespace MlHub.Web.Webhooks;

/// <summary>The way back from a webhook's page.</summary>
internal static class WebhookTrail
{
    public static List<(string Text, string Url)> Of(FoundWebhook found) => found.Model is { } model
        ? [("Models", HubUrls.Models()), (model, HubUrls.Model(model)), ("Webhooks", HubUrls.Model(model, "webhooks"))]
        : [("Webhooks", HubUrls.Webhooks())];
}
