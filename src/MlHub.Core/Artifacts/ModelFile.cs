using System.Text.Json;

namespace MlHub.Artifacts;

/// <summary>A column or tensor of a model's signature; one without a name is called <c>#0</c>, <c>#1</c> … by its place.</summary>
public sealed record SignatureField(string Name, SignatureType Type, bool Required)
{
    /// <summary>Fields are required unless they say otherwise or have a default.</summary>
    internal static bool IsRequired(JsonElement field) =>
        field.ValueKind != JsonValueKind.Object
        || !(field.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.False) && !field.TryGetProperty("default", out _);
}

/// <summary>The parts of a signature.</summary>
public enum SignaturePart
{
    Inputs,
    Outputs,
    Parameters,
}

/// <summary>What an MLmodel file says, as far as a page shows it.</summary>
public sealed record ModelFile(
    string? RunId, string? Created, string? MlflowVersion, long? SizeBytes,
    IReadOnlyList<(string Name, IReadOnlyList<(string Key, string Value)> Settings)> Flavors,
    IReadOnlyList<(SignaturePart Part, IReadOnlyList<SignatureField> Fields)> Signature, bool HasInputExample)
{
    private static readonly (string Key, SignaturePart Part)[] SignatureParts =
        [("inputs", SignaturePart.Inputs), ("outputs", SignaturePart.Outputs), ("params", SignaturePart.Parameters)];

    public static ModelFile? ReadOrNull(string yaml) =>
        LimitedYaml.ReadMapOrNull(yaml) is { } map && map.GetValueOrDefault("flavors") is Dictionary<string, object> flavors
            ? new(
                Text(map, "run_id"), Text(map, "utc_time_created"), Text(map, "mlflow_version"),
                long.TryParse(Text(map, "model_size_bytes"), out var size) ? size : null,
                [.. flavors.Select(f => (f.Key, Settings(f.Value)))],
                map.GetValueOrDefault("signature") is Dictionary<string, object> signature ? ReadSignature(signature) : [],
                map.GetValueOrDefault("saved_input_example_info") is Dictionary<string, object> { Count: > 0 })
            : null;

    private static IReadOnlyList<(string, string)> Settings(object flavor) =>
        flavor is Dictionary<string, object> map ? [.. map.Where(s => s.Value is string { Length: > 0 } and not "null").Select(s => (s.Key, (string)s.Value))] : [];

    private static List<(SignaturePart, IReadOnlyList<SignatureField>)> ReadSignature(Dictionary<string, object> signature) =>
        [.. SignatureParts.Select(p => (p.Part, Fields: ReadFields(Text(signature, p.Key)))).Where(p => p.Fields.Count > 0)];

    /// <summary>MLflow keeps the fields as JSON within the YAML.</summary>
    private static IReadOnlyList<SignatureField> ReadFields(string? json)
    {
        try
        {
            using var document = JsonDocument.Parse(json ?? "null", new JsonDocumentOptions { MaxDepth = Limits.JsonDepth });
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? [.. document.RootElement.EnumerateArray().Where(f => f.ValueKind == JsonValueKind.Object).Select((f, i) => ReadField(f, i))]
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static SignatureField ReadField(JsonElement field, int index) => new(
        field.TryGetProperty("name", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString()! : $"#{index}",
        SignatureType.Read(field),
        SignatureField.IsRequired(field));

    private static string? Text(Dictionary<string, object> map, string key) => map.GetValueOrDefault(key) as string is { Length: > 0 } text ? text : null;
}
