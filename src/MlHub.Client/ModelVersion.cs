using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace MlHub.Client;

/// <summary>Which version of a model it is.</summary>
/// <param name="Name">The registered model.</param>
/// <param name="Number">1, 2, 3 …</param>
/// <param name="Stage">When the hub was asked: None, Staging, Production or Archived.</param>
/// <param name="Digest">SHA-256 over its files, as the hub's page shows it.</param>
public sealed record ModelVersion(string Name, int Number, string Stage, string Digest)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} version {Number}");
}

/// <summary>What the hub says of a version; kept beside the files, without the links, for when the hub is away.</summary>
internal sealed record VersionManifest(string Name, string Version, string Stage, string Digest, OnnxPart? Onnx, IReadOnlyList<ManifestFile> Files)
{
    private const int Sha256Letters = 64;

    public ModelVersion ToVersion() => new(Name, int.Parse(Version, CultureInfo.InvariantCulture), Stage, Digest);

    /// <summary>The folder's name in the cache: the same for the same files, whatever they are called in the registry.</summary>
    public string Key() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(Files.Select(f => $"{f.Path}\0{f.Sha256}\n")))));

    /// <summary>Whether it can be what a hub says: nothing else reaches the disk.</summary>
    public bool IsSound() =>
        Name is { Length: > 0 } && Stage is not null && Digest is not null && int.TryParse(Version, NumberStyles.None, CultureInfo.InvariantCulture, out _) && Files is { Count: > 0 }
        && Files.All(f => f is { Size: >= 0, Sha256.Length: Sha256Letters } && f.Sha256.All(char.IsAsciiHexDigitLower) && IsInside(f.Path));

    public VersionManifest WithoutLinks() => this with { Files = [.. Files.Select(f => f with { Url = null })] };

    private static bool IsInside(string? path) =>
        path is { Length: > 0 } && path.Split('/').All(s => s.Length > 0 && s.Trim('.').Length > 0 && !s.Any(c => char.IsControl(c) || c is '\\' or ':'));
}

internal sealed record OnnxPart(string File, string? Inputs, string? Params);

internal sealed record ManifestFile(string Path, long Size, string Sha256, string? Url);

internal sealed record Refusal(string? Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VersionManifest))]
[JsonSerializable(typeof(Refusal))]
internal sealed partial class ClientJson : JsonSerializerContext;
