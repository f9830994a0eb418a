using MlHub.Scoring.Signatures;

namespace MlHub.Artifacts;

/// <summary>What an MLmodel file says, as far as a page shows it.</summary>
public sealed record ModelFile(
    string? RunId, string? Created, string? MlflowVersion, long? SizeBytes,
    IReadOnlyList<(string Name, IReadOnlyList<(string Key, string Value)> Settings)> Flavors,
    IReadOnlyList<(SignaturePart Part, IReadOnlyList<SignatureField> Fields)> Signature, bool HasInputExample)
{
    /// <summary>The signature's inputs as the file has them, JSON; null without a signature.</summary>
    public string? InputsJson { get; private init; }

    /// <summary>The same for its outputs.</summary>
    public string? OutputsJson { get; private init; }

    /// <summary>The same for its parameters.</summary>
    public string? ParametersJson { get; private init; }

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
            {
                InputsJson = map.GetValueOrDefault("signature") is Dictionary<string, object> schema ? Text(schema, "inputs") : null,
                OutputsJson = map.GetValueOrDefault("signature") is Dictionary<string, object> answer ? Text(answer, "outputs") : null,
                ParametersJson = map.GetValueOrDefault("signature") is Dictionary<string, object> whole ? Text(whole, "params") : null,
            }
            : null;

    private static IReadOnlyList<(string, string)> Settings(object flavor) =>
        flavor is Dictionary<string, object> map ? [.. map.Where(s => s.Value is string { Length: > 0 } and not "null").Select(s => (s.Key, (string)s.Value))] : [];

    private static List<(SignaturePart, IReadOnlyList<SignatureField>)> ReadSignature(Dictionary<string, object> signature) =>
        [.. SignatureParts.Select(p => (p.Part, Fields: SignatureField.ReadAll(Text(signature, p.Key)))).Where(p => p.Fields.Count > 0)];

    private static string? Text(Dictionary<string, object> map, string key) => map.GetValueOrDefault(key) as string is { Length: > 0 } text ? text : null;
}
