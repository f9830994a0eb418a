namespace MlHub.Webhooks;

/// <summary>The pages that messages point at.</summary>
/// <param name="Hub">Where people reach the hub; null while that is not known, and then nothing is pointed at.</param>
/// <param name="Subject">The path of a model or a version of it.</param>
/// <param name="Run">The path of a run: experiment, run.</param>
public sealed record WebhookLinks(Func<Uri?> Hub, Func<string, int?, string> Subject, Func<long, string, string> Run)
{
    public string? Of(WebhookNews news) => Hub() is not { } address ? null
        : news.ModelName is { } model ? Absolute(address, Subject(model, news.Row.Version))
        : news.Row.ExperimentId is { } experiment ? Absolute(address, Run(experiment, news.Subject))
        : null;

    private static string Absolute(Uri hub, string path) => hub.AbsoluteUri.TrimEnd('/') + path;
}
