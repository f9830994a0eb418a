using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MlHub.Tracking;

namespace MlHub.DataVersions;

/// <summary>Where data came from, as a client said it.</summary>
/// <param name="Kind">In words: Delta table, file, web.</param>
/// <param name="Location">A path, an address, or the name of a table in a catalogue.</param>
/// <param name="Version">Of a Delta table, counted from 0. MLflow leaves out the version 0.</param>
/// <param name="Detail">What else says which data it was: a revision, a split.</param>
/// <param name="Link">Where a browser can see it; http and https only, and never with a password in it.</param>
public sealed partial record DataSource(string Kind, string? Location, long? Version = null, string? Detail = null, string? Link = null)
{
    public const string Delta = "Delta table";

    public bool IsDelta => Kind == Delta;

    /// <summary>Equal for two ways to write one place.</summary>
    public string Place => (Location?.StartsWith("file:", StringComparison.Ordinal) == true ? "/" + Location["file:".Length..].TrimStart('/') : Location ?? "").TrimEnd('/');

    /// <summary>The forms are those of MLflow's dataset sources: delta_table, spark, http, hugging_face, code, and local, s3 and others with a <c>uri</c>.</summary>
    public static DataSource Of(Dataset dataset)
    {
        var fields = Fields(dataset.Source);
        var type = dataset.SourceType.ToLowerInvariant();
        return type switch
        {
            _ when type.Contains("delta", StringComparison.Ordinal) => new(
                Delta, One(fields, "path") ?? One(fields, "delta_table_name") ?? One(fields, "uri"), Number(One(fields, "delta_table_version") ?? One(fields, "version"))),
            "spark" when One(fields, "sql") is { } sql => new("Spark SQL", null, Detail: sql),
            "spark" => new("Spark table", One(fields, "path") ?? One(fields, "table_name")),
            "http" => new("web", One(fields, "url"), Link: WebOrNull(One(fields, "url"))),
            "hugging_face" or "huggingface" => HuggingFace(fields),
            "code" => new("code", null, Detail: "made by the run's code"),
            "local" => new("file", One(fields, "uri") ?? One(fields, "path")),
            _ => new(dataset.SourceType, One(fields, "uri") ?? One(fields, "path") ?? One(fields, "url"), Link: WebOrNull(One(fields, "uri") ?? One(fields, "url"))),
        };
    }

    private static DataSource HuggingFace(Dictionary<string, string> fields)
    {
        var path = One(fields, "path");
        string?[] details = [One(fields, "config_name"), One(fields, "split"), One(fields, "revision") is { } revision ? $"revision {revision}" : null];
        return new(
            "Hugging Face", path, Detail: string.Join(", ", details.OfType<string>()) is { Length: > 0 } detail ? detail : null,
            Link: path is not null && HuggingFacePath().IsMatch(path) ? $"https://huggingface.co/datasets/{path}" : null);
    }

    private static string? WebOrNull(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 ? uri.AbsoluteUri : null;

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Python writes a missing text as None.</summary>
    private static string? One(Dictionary<string, string> fields, string name) => fields.GetValueOrDefault(name) is { Length: > 0 } text and not "None" ? text : null;

    private static Dictionary<string, string> Fields(string source)
    {
        try
        {
            using var document = JsonDocument.Parse(source, new JsonDocumentOptions { MaxDepth = Limits.JsonDepth });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.EnumerateObject().Where(p => p.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                    .DistinctBy(p => p.Name).ToDictionary(p => p.Name, p => p.Value.ToString())
                : [];
        }
        catch (JsonException)
        {
            // Other clients write a plain address.
            return new() { ["uri"] = source, ["path"] = source, ["url"] = source };
        }
    }

    [GeneratedRegex(@"^[\w-][\w.-]*(/[\w-][\w.-]*)?\z", RegexOptions.ECMAScript)]
    private static partial Regex HuggingFacePath();
}
