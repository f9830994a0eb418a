using System.Text.Json;

namespace MlHub.Scoring.Signatures;

/// <summary>The parts of a signature.</summary>
public enum SignaturePart
{
    Inputs,
    Outputs,
    Parameters,
}

/// <summary>A column or tensor of a model's signature; one without a name is called <c>#0</c>, <c>#1</c> … by its place.</summary>
public sealed record SignatureField(string Name, SignatureType Type, bool Required)
{
    private const int MostDepth = 64;

    /// <summary>Whether callers can name it.</summary>
    public bool HasName { get; init; } = true;

    /// <summary>What holds where a caller says nothing of a param, as JSON; null where nothing does.</summary>
    public string? Default { get; init; }

    /// <summary>Fields as MLflow keeps them, as JSON within the YAML of a model's file; none where it cannot be read.</summary>
    public static IReadOnlyList<SignatureField> ReadAll(string? json)
    {
        try
        {
            using var document = JsonDocument.Parse(json ?? "null", new JsonDocumentOptions { MaxDepth = MostDepth });
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? [.. document.RootElement.EnumerateArray().Where(f => f.ValueKind == JsonValueKind.Object).Select(Read)]
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>Fields are required unless they say otherwise or have a default.</summary>
    internal static bool IsRequired(JsonElement field) =>
        field.ValueKind != JsonValueKind.Object
        || !(field.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.False) && !field.TryGetProperty("default", out _);

    private static SignatureField Read(JsonElement field, int index) =>
        field.TryGetProperty("name", out var named) && named.ValueKind == JsonValueKind.String
            ? new(named.GetString()!, SignatureType.Read(field), IsRequired(field)) { Default = field.TryGetProperty("default", out var value) ? value.GetRawText() : null }
            : new($"#{index}", SignatureType.Read(field), IsRequired(field)) { HasName = false };
}
