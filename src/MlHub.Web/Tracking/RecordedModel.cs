using System.Text.Json;

namespace MlHub.Web.Tracking;

/// <summary>A model that a run logged, read from the tag in which MLflow's clients keep their list.</summary>
public sealed record RecordedModel(string Path, IReadOnlyList<string> Flavors)
{
    /// <summary>Newest first; empty for a tag that is not what it should be, since anyone may write it.</summary>
    public static IReadOnlyList<RecordedModel> ReadAll(string? tag)
    {
        if (tag is null)
        {
            return [];
        }

        try
        {
            using var json = JsonDocument.Parse(tag, new JsonDocumentOptions { MaxDepth = Limits.JsonDepth });
            return json.RootElement.ValueKind == JsonValueKind.Array
                ? [.. json.RootElement.EnumerateArray().Select(ReadOrNull).OfType<RecordedModel>().Reverse().DistinctBy(m => m.Path)]
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static RecordedModel? ReadOrNull(JsonElement model) =>
        model.ValueKind == JsonValueKind.Object
        && model.TryGetProperty("artifact_path", out var path) && path.ValueKind == JsonValueKind.String && path.GetString() is { Length: > 0 } at
            ? new(at, model.TryGetProperty("flavors", out var flavors) && flavors.ValueKind == JsonValueKind.Object ? [.. flavors.EnumerateObject().Select(f => f.Name)] : [])
            : null;
}
