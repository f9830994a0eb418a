using System.Text.Json.Serialization;

namespace MlHub.Operations;

/// <summary>What a backup holds, as the file <c>manifest.json</c> in it.</summary>
/// <param name="Format">See <see cref="CurrentFormat"/>.</param>
/// <param name="Product">The version of MlHub that made it.</param>
/// <param name="Database">The provider whose copy it holds: <c>Sqlite</c> or <c>PostgreSql</c>.</param>
/// <param name="Migration">The newest migration of the schema.</param>
/// <param name="Tables">Rows and digest of each table at the moment of the backup.</param>
/// <param name="Files">Every other file of the backup.</param>
/// <param name="Elsewhere">Artifacts whose bytes stay where they are, in Azure Blob Storage.</param>
/// <param name="Missing">Digests of artifacts that have a row and no bytes; the hub had lost them before.</param>
public sealed record BackupManifest(
    string Format, string Product, string Database, string Migration, DateTimeOffset Created, SortedDictionary<string, TableContent> Tables,
    IReadOnlyList<BackupFile> Files, IReadOnlyList<BackupFile> Elsewhere, IReadOnlyList<string> Missing)
{
    public const string CurrentFormat = "mlhub-backup-1";
    public const string FileName = "manifest.json";
}

/// <summary>A file of a backup: its name with forward slashes, bytes, and SHA-256 in lower-case hexadecimal digits.</summary>
public sealed record BackupFile(string Name, long Size, string Sha256);

[JsonSerializable(typeof(BackupManifest))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, MaxDepth = 8, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
public sealed partial class BackupJson : JsonSerializerContext;
