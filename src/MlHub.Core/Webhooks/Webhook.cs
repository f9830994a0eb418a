namespace MlHub.Webhooks;

/// <summary>Which of the APIs a webhook was made by; each lists and changes only its own.</summary>
public enum WebhookFamily
{
    /// <summary>MLflow 3's <c>/mlflow/webhooks</c>.</summary>
    Mlflow,

    /// <summary>Databricks' <c>/mlflow/registry-webhooks</c>.</summary>
    Databricks,

    /// <summary>MlHub's own: every target, every filter. What a page makes is of this family.</summary>
    Hub,
}

/// <summary>What is sent, and how the receiver likes it.</summary>
public enum WebhookTarget
{
    /// <summary>MLflow's envelope.</summary>
    Mlflow,

    /// <summary>Databricks' flat body with its <c>text</c>.</summary>
    Databricks,
    Slack,
    Teams,

    /// <summary>GitHub's <c>repository_dispatch</c>.</summary>
    GitHub,

    /// <summary>A run of an Azure DevOps pipeline.</summary>
    AzureDevOps,

    /// <summary>A body made from a template of the webhook's own.</summary>
    Template,

    /// <summary>A job on a configured host (Databricks' <c>job_spec</c>).</summary>
    Job,
}

/// <summary>Whether events are sent.</summary>
public enum WebhookStatus
{
    Active,
    Disabled,

    /// <summary>Only what somebody sends as a test.</summary>
    TestMode,
}

/// <summary>Where the team's own tools are told of events. Secrets are sealed and never shown again.</summary>
public sealed class Webhook
{
    public long Id { get; init; }

    /// <summary>What callers know it by: a UUID without dashes.</summary>
    public required string PublicId { get; init; }
    public required WebhookFamily Family { get; init; }
    public required WebhookTarget Target { get; set; }
    public required string Name { get; set; }
    public string? Description { get; set; }
    public required string Url { get; set; }
    public required WebhookStatus Status { get; set; }

    /// <summary>Names of <see cref="WebhookEvents"/>; of Databricks' family, Databricks' own.</summary>
    public required List<string> Events { get; set; }

    /// <summary>The one model that it hears of; null for the whole hub, as administrators may set up.</summary>
    public long? ModelId { get; init; }

    /// <summary>What else an event must fit, as JSON of <see cref="WebhookFilter"/>; null for nothing.</summary>
    public string? Filter { get; set; }

    /// <summary>The body in Liquid, of <see cref="WebhookTarget.Template"/>.</summary>
    public string? Template { get; set; }

    /// <summary>What only this target needs, as JSON of <see cref="WebhookChoices"/>; null for nothing.</summary>
    public string? Options { get; set; }

    /// <summary><see cref="Options"/>, read.</summary>
    public WebhookChoices Choices => WebhookChoices.Parse(Options);

    /// <summary>One delivery at a time, in the order of the events, as long as the receiver answers.</summary>
    public bool IsOrdered { get; set; }
    public string? SealedSecret { get; set; }

    /// <summary>The secret before the last rotation, good until <see cref="PreviousSecretUntil"/>.</summary>
    public string? SealedPreviousSecret { get; set; }
    public DateTimeOffset? PreviousSecretUntil { get; set; }

    /// <summary>The end of the secret, to tell it from others.</summary>
    public string? SecretHint { get; set; }
    public DateTimeOffset? SecretSetAt { get; set; }

    /// <summary>The whole <c>Authorization</c> header.</summary>
    public string? SealedAuthorization { get; set; }

    /// <summary>Certificates in PEM that this receiver's may descend from, besides those that the machine trusts.</summary>
    public string? TrustedCertificates { get; set; }
    public required Guid OwnerId { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Only events linked after this one are sent.</summary>
    public required long SinceSeq { get; set; }

    /// <summary>Failed attempts since the last success.</summary>
    public int FailuresInARow { get; set; }
    public DateTimeOffset? LastSuccessAt { get; set; }
    public DateTimeOffset? LastFailureAt { get; set; }

    /// <summary>The first of the failures since the last success.</summary>
    public DateTimeOffset? FailingSince { get; set; }

    /// <summary>The circuit is open until then; null while it is closed.</summary>
    public DateTimeOffset? PausedUntil { get; set; }

    /// <summary>Why MlHub itself disabled it; null where a person did, or nobody.</summary>
    public string? DisabledReason { get; set; }
}
