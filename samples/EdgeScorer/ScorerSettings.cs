using System.Globalization;

namespace EdgeScorer;

/// <summary>What the scorer has to be told.</summary>
/// <param name="Model">Such as <c>models:/house-price/Production</c>; the first argument.</param>
/// <param name="Hub">MLHUB_URL.</param>
/// <param name="Token">MLHUB_TOKEN, with the scope RegistryRead; it may be restricted to this one model.</param>
/// <param name="Every">MLHUB_WATCH_SECONDS: how often the hub is asked for another version.</param>
/// <param name="CacheFolder">MLHUB_CACHE; null is the usual place.</param>
public sealed record ScorerSettings(string Model, Uri Hub, string? Token, TimeSpan Every, string? CacheFolder)
{
    /// <exception cref="FormatException">In a sentence that says what is missing.</exception>
    public static ScorerSettings Read(string[] args, Func<string, string?> environment)
    {
        var model = args is [{ Length: > 0 } named] ? named : throw new FormatException("Usage: EdgeScorer models:/NAME/Production < rows.jsonl");
        var hub = Uri.TryCreate(environment("MLHUB_URL"), UriKind.Absolute, out var url) ? url : throw new FormatException("MLHUB_URL must be the address of MlHub, such as http://127.0.0.1:5000.");
        var every = double.TryParse(environment("MLHUB_WATCH_SECONDS") ?? "30", NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : throw new FormatException("MLHUB_WATCH_SECONDS must be a number of seconds above zero.");
        return new(model, hub, environment("MLHUB_TOKEN"), every, environment("MLHUB_CACHE"));
    }
}
