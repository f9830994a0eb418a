using MlHub.Events;

namespace MlHub.Webhooks;

/// <summary>One thing that an event tells webhooks, with all that filters and bodies ask of it. An event may tell several, or none.</summary>
/// <param name="Event">One of <see cref="WebhookEvents"/> or of <see cref="DatabricksEvents"/>.</param>
/// <param name="Seq">The event's place in the chain; zero of an example.</param>
public sealed record WebhookNews(string Event, string Subject, long Seq, HubEvent Row, string? ModelName)
{
    internal static readonly IReadOnlyDictionary<string, string> NoTags = new Dictionary<string, string>();

    private byte[]? _envelope;

    /// <summary>The model's tags, and those of the version or run that it happened to, as they are when it is told.</summary>
    public IReadOnlyDictionary<string, string> ModelTags { get; init; } = NoTags;
    public IReadOnlyDictionary<string, string> Tags { get; init; } = NoTags;

    /// <summary>The stage that a version went to, or that is asked for; of other news the one that the version is in.</summary>
    public string? Stage { get; init; }

    /// <summary>What receivers are told of it: MLflow's fields, under MLflow's names.</summary>
    internal NewsData Data { get; init; } = new(Row, ModelName);

    internal string? Version => Row.Version?.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What the event tells, read in the transaction that makes the deliveries.</summary>
    public static Task<IReadOnlyList<WebhookNews>> ReadAsync(HubDb db, long seq, HubEvent row, CancellationToken cancel) => NewsReader.ReadAsync(db, seq, row, cancel);

    /// <summary>An example, as tests send it and pages show it.</summary>
    /// <param name="event">One of the webhook's events.</param>
    public static WebhookNews ExampleOf(string @event, DateTimeOffset at, string? model = null) => NewsExamples.Of(@event, at, model);

    /// <summary>Whether the webhook asked for this: its events, its model, its filter. Not whether it is active.</summary>
    public bool IsFor(Webhook webhook) =>
        webhook.Events.Contains(Event) && (webhook.ModelId is null || webhook.ModelId == Row.ModelId)
        && (webhook.Filter is null || WebhookFilter.Parse(webhook.Filter).Fits(this));

    /// <summary>The body as this webhook's receiver likes it, UTF-8 and no longer than <see cref="Limits.WebhookPayload"/>.</summary>
    /// <param name="links">Where people open what it is about; null leaves the links out.</param>
    public byte[] BodyFor(Webhook webhook, WebhookLinks? links = null) => webhook.Target switch
    {
        WebhookTarget.Databricks => DatabricksBody.Write(this, webhook),
        WebhookTarget.Slack => SlackMessage.Write(this, links, webhook.Choices),
        WebhookTarget.Teams => TeamsMessage.Write(this, links),
        WebhookTarget.GitHub => DispatchBody.Write(this, links, webhook.Choices),
        WebhookTarget.AzureDevOps => PipelineBody.Write(this, links, webhook.Choices),
        WebhookTarget.Template => TemplateBody.Write(this, links, webhook.Template ?? ""),
        WebhookTarget.Job => JobBody.Write(this, links, webhook),
        // Equal for everybody, and there may be a hundred of them.
        _ => _envelope ??= Envelope.Write(this, links),
    };
}
