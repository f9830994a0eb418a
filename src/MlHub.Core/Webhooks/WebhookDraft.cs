namespace MlHub.Webhooks;

/// <summary>What somebody says of a webhook. Of a change, what is null stays as it is, and an empty text takes away what may be absent.</summary>
public sealed record WebhookDraft
{
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
