using MlHub.Webhooks;

namespace MlHub.Web.Webhooks;

/// <summary>A webhook read aloud: "When a request to Production is opened on a model tagged team=pricing, post to #mlops."</summary>
public static class WebhookSentence
{
    private const int Told = 3;

    public static string Of(Webhook hook, string? model)
    {
        var filter = WebhookFilter.Parse(hook.Filter);
        return $"When {Events(hook.Events, filter.Stage)}{Place(filter, model)}, {Deed(hook)}.";
    }

    private static string Events(List<string> names, string? stage)
    {
        if (names.Count == 0)
        {
            return "something happens (choose what)";
        }

        var phrases = names.Select(n => WebhookWords.PhraseOf(n, stage)).Distinct().ToArray();
        var shown = phrases.Length > Told ? [.. phrases.Take(Told - 1), $"one of {phrases.Length - Told + 1} other things happens"] : phrases;
        var text = shown is [.. var first, var last] && first.Length > 0 ? $"{string.Join(", ", first)} or {last}" : shown[0];
        // Events without a stage of their own are told of versions that are in it.
        return stage is not null && !text.Contains(stage, StringComparison.Ordinal) ? $"{text} on a version in {stage}" : text;
    }

    private static string Place(WebhookFilter filter, string? model)
    {
        var tag = filter.TagKey is null ? null : filter.TagValue is null ? filter.TagKey : $"{filter.TagKey}={filter.TagValue}";
        var subject = (model, tag) switch
        {
            (null, null) => "",
            (null, _) => $" on a model tagged {tag}",
            (_, null) => $" on {model}",
            _ => $" on {model}, tagged {tag}",
        };
        return filter.Experiment is null ? subject : $"{subject} in experiment {filter.Experiment}";
    }

    private static string Deed(Webhook hook) => hook.Target switch
    {
        WebhookTarget.Slack => $"post to {hook.Choices.Channel ?? "Slack"}",
        WebhookTarget.Teams => "post to Teams",
        WebhookTarget.GitHub => $"dispatch to {Repository(hook.Url) ?? "GitHub"}",
        WebhookTarget.AzureDevOps => "run a pipeline of Azure DevOps",
        WebhookTarget.Job => $"start the job {hook.Choices.JobId} on {hook.Choices.JobHost}",
        _ => $"tell {HostOf(hook.Url) ?? "the receiver"}",
    };

    /// <summary>The host of an address; of some receivers the rest of it is a secret.</summary>
    public static string? HostOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Authority.Length > 0 ? address.Authority : null;

    private static string? Repository(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.AbsolutePath.Split('/') is [_, "repos", var owner, var name, "dispatches"] ? $"{owner}/{name}" : null;
}
