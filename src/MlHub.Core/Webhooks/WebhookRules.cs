using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Webhooks;

/// <summary>What makes a webhook whole. Each refusal names the field.</summary>
internal static class WebhookRules
{
    /// <summary>Looks at the webhook as it would be saved.</summary>
    /// <exception cref="HubException">Invalid.</exception>
    public static void Check(Webhook hook)
    {
        Require(!string.IsNullOrWhiteSpace(hook.Name), "name", "It must not be empty.");
        Require(hook.Url.Length > 0, "url", "It must not be empty.");
        Require(hook.Events.Count > 0, "events", "There must be at least one.");
        Require(
            hook.Family switch { WebhookFamily.Mlflow => hook.Target == WebhookTarget.Mlflow, WebhookFamily.Databricks => hook.Target is WebhookTarget.Databricks or WebhookTarget.Job, _ => true },
            "target", $"A webhook that was made by {hook.Family}'s calls has no other.");
        var names = NamesFor(hook.Family, hook.Target);
        foreach (var name in hook.Events)
        {
            Require(names.Contains(name), "events", $"'{LogRules.Shown(name)}' is none of: {string.Join(", ", names)}.");
            Require(hook.ModelId is null || !WebhookEvents.OfHub.Contains(name), "events", $"{name} does not happen to one model: only a webhook of the whole registry hears of it.");
        }

        CheckFilter(WebhookFilter.Parse(hook.Filter));
        if (hook.Target == WebhookTarget.Template)
        {
            Require(!string.IsNullOrWhiteSpace(hook.Template), "template", "It must not be empty.");
            // Whatever it does with an event it does with an example.
            TemplateBody.Render(WebhookNews.ExampleOf(hook.Events[0], hook.CreatedAt), null, hook.Template!);
        }
    }

    /// <summary>The events that such a webhook can ask for.</summary>
    public static IReadOnlyList<string> NamesFor(WebhookFamily family, WebhookTarget target) =>
        family == WebhookFamily.Databricks || target == WebhookTarget.Databricks ? DatabricksEvents.All : WebhookEvents.All;

    public static void CheckSecret(string secret) => Require(
        !secret.StartsWith(WebhookSignatures.SecretPrefix, StringComparison.Ordinal) || Convert.TryFromBase64String(secret[WebhookSignatures.SecretPrefix.Length..], new byte[Limits.WebhookSecret], out _),
        "secret", $"What begins with {WebhookSignatures.SecretPrefix} must go on in base64.");

    public static void CheckCertificates(string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            // Told below, in the same words.
        }

        Require(certificates.Count > 0, "trusted_certificates", "They must be certificates in PEM.");
        Require(!pem.Contains("PRIVATE KEY", StringComparison.Ordinal), "trusted_certificates", "There is a private key among them; it is not needed here, and nobody else should have it.");
    }

    private static void CheckFilter(WebhookFilter filter)
    {
        Require(filter.Stage is null || Stages.ParseOrNull(filter.Stage) is not null, "filter.stage", "It must be one of None, Staging, Production, Archived.");
        Require(filter.TagValue is null || filter.TagKey is not null, "filter.tag_value", "It needs filter.tag_key.");
    }

    private static void Require(bool holds, string field, string refusal)
    {
        if (!holds)
        {
            throw HubException.Invalid($"Invalid value for parameter '{field}' supplied: {refusal}");
        }
    }
}
