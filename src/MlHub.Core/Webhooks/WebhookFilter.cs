using System.Globalization;
using System.Text.Json;

namespace MlHub.Webhooks;

/// <summary>What an event must fit besides its kind; what is null is not asked for, and everything that is given must fit.</summary>
/// <param name="Stage">The stage that a version went to, or that is asked for; of other news the one that the version is in. As the API writes it.</param>
/// <param name="TagKey">A tag of the model, or of the version or run that it happened to; with <paramref name="TagValue"/> this value only.</param>
/// <param name="Experiment">The experiment's id, of runs.</param>
public sealed record WebhookFilter(string? Stage = null, string? TagKey = null, string? TagValue = null, string? Experiment = null)
{
    public bool IsEmpty => Stage is null && TagKey is null && Experiment is null;

    public static WebhookFilter Parse(string? json) => json is null ? new() : JsonSerializer.Deserialize<WebhookFilter>(json, JsonSerializerOptions.Web)!;

    public string? ToJson() => IsEmpty ? null : JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public bool Fits(WebhookNews news) =>
        (Stage is null || string.Equals(Stage, news.Stage, StringComparison.OrdinalIgnoreCase))
        && (TagKey is null || Has(news.ModelTags) || Has(news.Tags))
        && (Experiment is null || Experiment == news.Row.ExperimentId?.ToString(CultureInfo.InvariantCulture));

    private bool Has(IReadOnlyDictionary<string, string> tags) => tags.TryGetValue(TagKey!, out var value) && (TagValue is null || TagValue == value);
}
