using MlHub.Webhooks;

namespace MlHub.Web.Webhooks;

/// <summary>A webhook while somebody edits it.</summary>
public sealed class WebhookForm
{
    public WebhookFamily Family { get; init; } = WebhookFamily.Hub;
    public WebhookTarget Target { get; set; } = WebhookTarget.Slack;
    public string Name { get; set; } = "";
    public string Description { get; set; } = "";
    public string Url { get; set; } = "";
    public List<string> Events { get; } = [];
    public string Stage { get; set; } = "";
    public string TagKey { get; set; } = "";
    public string TagValue { get; set; } = "";
    public string Experiment { get; set; } = "";
    public string Channel { get; set; } = "";
    public string EventType { get; set; } = "";
    public string Ref { get; set; } = "";
    public string JobHost { get; set; } = "";
    public string JobId { get; set; } = "";
    public string Template { get; set; } = """{"text": {{ text | json }}, "link": {{ link | json }}}""";
    public bool IsOrdered { get; set; }
    public string Secret { get; set; } = "";
    public string Authorization { get; set; } = "";
    public bool DropsAuthorization { get; set; }
    public string Certificates { get; set; } = "";

    /// <summary>Which of the events the example shows.</summary>
    public string? Shown { get; set; }

    public static WebhookForm Of(Webhook hook)
    {
        var (filter, choices) = (WebhookFilter.Parse(hook.Filter), hook.Choices);
        var form = new WebhookForm
        {
            Family = hook.Family,
            Target = hook.Target,
            Name = hook.Name,
            Description = hook.Description ?? "",
            Url = hook.Url,
            Stage = filter.Stage ?? "",
            TagKey = filter.TagKey ?? "",
            TagValue = filter.TagValue ?? "",
            Experiment = filter.Experiment ?? "",
            Channel = choices.Channel ?? "",
            EventType = choices.EventType ?? "",
            Ref = choices.Ref ?? "",
            JobHost = choices.JobHost ?? "",
            JobId = choices.JobId ?? "",
            IsOrdered = hook.IsOrdered,
            Certificates = hook.TrustedCertificates ?? "",
        };
        form.Template = hook.Template ?? form.Template;
        form.Events.AddRange(hook.Events);
        return form;
    }

    /// <summary>Which targets somebody can choose.</summary>
    public IEnumerable<WebhookTarget> Targets(bool hasJobs) => Family switch
    {
        WebhookFamily.Mlflow => [WebhookTarget.Mlflow],
        WebhookFamily.Databricks => [Target],
        _ => new[] { WebhookTarget.Slack, WebhookTarget.Teams, WebhookTarget.GitHub, WebhookTarget.AzureDevOps, WebhookTarget.Mlflow, WebhookTarget.Databricks, WebhookTarget.Template, WebhookTarget.Job }
            .Where(t => t != WebhookTarget.Job || hasJobs),
    };

    /// <summary>Another target may know other events; those that mean the same stay.</summary>
    public void Choose(WebhookTarget target, bool ofModel)
    {
        var phrases = Events.Select(e => WebhookWords.PhraseOf(e)).ToList();
        Target = target;
        var known = WebhookWords.GroupsFor(Family, Target, ofModel).SelectMany(g => g.Names).ToList();
        if (!Events.All(known.Contains))
        {
            Events.Clear();
            Events.AddRange(known.Where(n => phrases.Contains(WebhookWords.PhraseOf(n))));
        }
    }

    public void Toggle(string name, bool isChosen)
    {
        Events.Remove(name);
        if (isChosen)
        {
            Events.Add(name);
        }
    }

    public WebhookDraft ToDraft(bool isNew) => new()
    {
        Name = Name.Trim(),
        Description = Description.Trim(),
        Url = Target == WebhookTarget.Job ? null : Url.Trim(),
        Target = Target,
        Events = [.. Events],
        Filter = Filter,
        Template = Target == WebhookTarget.Template ? Template : "",
        Choices = Choices,
        IsOrdered = IsOrdered,
        Secret = isNew && Secret.Length > 0 ? Secret : null,
        Authorization = Authorization.Length > 0 ? Authorization : DropsAuthorization ? "" : null,
        TrustedCertificates = Certificates,
        MakesSecret = isNew && HubWebhookEndpoints.IsVerified(Target),
    };

    /// <summary>As it would be saved, to be read aloud and to make an example of.</summary>
    public Webhook ToWebhook(DateTimeOffset now) => new()
    {
        PublicId = "0123456789abcdef0123456789abcdef",
        Family = Family,
        Target = Target,
        Name = Name,
        Url = Url.Trim(),
        Status = WebhookStatus.Active,
        Events = [.. Events],
        Filter = Filter.ToJson(),
        Template = Template,
        Options = Choices?.ToJson(),
        OwnerId = Guid.Empty,
        CreatedAt = now,
        UpdatedAt = now,
        SinceSeq = 0,
    };

    /// <summary>The body of the shown event, set out to be read.</summary>
    public string Example(DateTimeOffset now, string? model, WebhookLinks links)
    {
        var name = Shown is { } shown && Events.Contains(shown) ? shown : Events.FirstOrDefault();
        return name is null ? "" : ReadableBody.Of(WebhookNews.ExampleOf(name, now, model).BodyFor(ToWebhook(now), links));
    }

    private WebhookFilter Filter => new(Some(Stage), Some(TagKey), Some(TagKey) is null ? null : Some(TagValue), Some(Experiment));

    private WebhookChoices? Choices => Target switch
    {
        WebhookTarget.Slack => new(Channel: Some(Channel)),
        WebhookTarget.GitHub => new(EventType: Some(EventType)),
        WebhookTarget.AzureDevOps => new(Ref: Some(Ref)),
        WebhookTarget.Job => new(JobHost: Some(JobHost), JobId: Some(JobId), EventType: Some(EventType)),
        _ => new(),
    };

    private static string? Some(string text) => text.Trim() is { Length: > 0 } trimmed ? trimmed : null;
}
