namespace MlHub.Webhooks;

/// <summary>What somebody says of a webhook. Of a change, what is null stays as it is, and an empty text takes away what may be absent.</summary>
public sealed record WebhookDraft
{
    private const int LongEnoughForHint = 16;

    public string? Name { get; init; }
    public string? Description { get; init; }
    public string? Url { get; init; }
    public WebhookTarget? Target { get; init; }
    public WebhookStatus? Status { get; init; }
    public IReadOnlyList<string>? Events { get; init; }
    public WebhookFilter? Filter { get; init; }
    public string? Template { get; init; }
    public WebhookChoices? Choices { get; init; }
    public bool? IsOrdered { get; init; }

    /// <summary>Taken as it is: nothing in it is looked up or replaced.</summary>
    public string? Secret { get; init; }

    /// <summary>The whole header; of a job the host's token alone.</summary>
    public string? Authorization { get; init; }

    /// <summary>Certificates in PEM.</summary>
    public string? TrustedCertificates { get; init; }

    /// <summary>Whether one is made up where no secret is given.</summary>
    public bool MakesSecret { get; init; }

    /// <exception cref="HubException">Invalid, naming the field: something is too long, or has a line break where it would end a header.</exception>
    internal void Check()
    {
        Text(Name, Limits.WebhookName, "name");
        Text(Url, Limits.WebhookUrl, "url");
        Text(Secret, Limits.WebhookSecret, "secret");
        Text(Authorization, Limits.WebhookAuthorization, "authorization");
        Text(Filter?.TagKey, Limits.Key, "filter.tag_key");
        Text(Filter?.TagValue, Limits.TagValue, "filter.tag_value");
        Text(Filter?.Experiment, 20, "filter.experiment_id");
        Text(Choices?.Channel, Limits.WebhookChoice, "channel");
        Text(Choices?.EventType, Limits.WebhookChoice, "event_type");
        Text(Choices?.Ref, Limits.WebhookChoice, "ref");
        Text(Choices?.JobId, Limits.WebhookChoice, "job_id");
        Length(Description, Limits.Description, "description");
        Length(Template, Limits.WebhookTemplate, "template");
        Length(TrustedCertificates, Limits.WebhookCertificates, "trusted_certificates");
    }

    /// <summary>Changes the webhook as the draft says. Its address was looked at before.</summary>
    /// <exception cref="HubException">Invalid where the webhook would be none then.</exception>
    internal void ApplyTo(Webhook hook, ISecretBox box, DateTimeOffset now)
    {
        if (hook.Url.Length > 0 && Authorization is null && LeadsElsewhere(hook))
        {
            // Whoever may change the address may not learn what was shown to the old one.
            hook.SealedAuthorization = null;
        }

        hook.Name = Name?.Trim() ?? hook.Name;
        hook.Description = Changed(Description, hook.Description);
        hook.Url = Url?.Trim() ?? hook.Url;
        hook.Target = Target ?? hook.Target;
        hook.Status = Status ?? hook.Status;
        hook.Events = Events is { } events ? [.. events.Distinct()] : hook.Events;
        hook.Filter = Filter is { } filter ? filter.ToJson() : hook.Filter;
        hook.Template = Changed(Template, hook.Template);
        hook.Options = Choices is { } choices ? choices.ToJson() : hook.Options;
        hook.IsOrdered = IsOrdered ?? hook.IsOrdered;
        hook.SealedAuthorization = Authorization is null ? hook.SealedAuthorization : Authorization.Length == 0 ? null : box.Seal(Authorization);
        if (!string.IsNullOrEmpty(TrustedCertificates))
        {
            WebhookRules.CheckCertificates(TrustedCertificates);
        }

        hook.TrustedCertificates = Changed(TrustedCertificates, hook.TrustedCertificates);
        if (Secret is not null)
        {
            SetSecret(hook, Secret, box, now);
        }

        hook.UpdatedAt = now;
        WebhookRules.Check(hook);
    }

    /// <exception cref="HubException">Invalid for a secret that starts like an encoded one and is none.</exception>
    internal static void SetSecret(Webhook hook, string secret, ISecretBox box, DateTimeOffset now)
    {
        WebhookRules.CheckSecret(secret);
        hook.SealedSecret = secret.Length == 0 ? null : box.Seal(secret);
        hook.SecretHint = secret.Length >= LongEnoughForHint ? secret[^4..] : null;
        hook.SecretSetAt = secret.Length == 0 ? null : now;
    }

    private bool LeadsElsewhere(Webhook hook) =>
        ((Target ?? hook.Target) == WebhookTarget.Job) != (hook.Target == WebhookTarget.Job)
        || (Url?.Trim() is { Length: > 0 } url && new Uri(url).GetLeftPart(UriPartial.Authority) != new Uri(hook.Url).GetLeftPart(UriPartial.Authority));

    private static string? Changed(string? wanted, string? known) => wanted is null ? known : wanted.Length == 0 ? null : wanted;

    private static void Text(string? text, int limit, string field)
    {
        Length(text, limit, field);
        if (text?.Any(char.IsControl) == true)
        {
            throw HubException.Invalid($"Invalid value for parameter '{field}' supplied: It must not contain line breaks or other control characters.");
        }
    }

    private static void Length(string? text, int limit, string field)
    {
        if (text?.Length > limit)
        {
            throw HubException.Invalid($"Invalid value for parameter '{field}' supplied: It is longer than {limit} characters.");
        }
    }
}
