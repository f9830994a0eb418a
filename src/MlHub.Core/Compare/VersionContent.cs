using System.Text;
using Microsoft.EntityFrameworkCore;
using MlHub.Artifacts;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Compare;

/// <summary>
/// What a version holds and what is known of its making. What its run logged belongs to the version: whoever may read the model may
/// read it, even without a right on the experiment. Whoever registered the version could read the run.
/// </summary>
internal sealed record VersionContent(ModelVersion Version, IReadOnlyList<ModelVersionFile> Files, ModelFile? Model, RunDetails? Run)
{
    public const string ModelFileName = "MLmodel";

    public static async Task<VersionContent> ReadAsync(HubDb db, IBlobStore blobs, ModelVersion version, CancellationToken cancel)
    {
        var files = await db.ModelVersionFiles.AsNoTracking().Where(f => f.VersionId == version.Id).ToListAsync(cancel);
        var yaml = files.FirstOrDefault(f => f.Path == ModelFileName) is { } file ? await TextOrNullAsync(blobs, file.Digest, file.Size, cancel) : null;
        var key = await db.RunKeyOrNullAsync(version, cancel);
        return new(
            version, files, yaml is null ? null : ModelFile.ReadOrNull(yaml),
            key is not null && await RunReader.ReadAsync(db, [key.Value], cancel) is [var run] ? run.Details : null);
    }

    public IReadOnlyList<KeyValuePair<string, string>> Tags => Run?.Tags ?? [];

    /// <summary>The packages that the version asks for.</summary>
    public async Task<Dictionary<string, string>> EnvironmentAsync(IBlobStore blobs, CancellationToken cancel)
    {
        Dictionary<string, string?> texts = [];
        foreach (var file in Files.Where(f => PythonEnvironment.Files.Contains(f.Path)))
        {
            texts[file.Path] = await TextOrNullAsync(blobs, file.Digest, file.Size, cancel);
        }

        return PythonEnvironment.Read(texts.GetValueOrDefault);
    }

    internal static async Task<string?> TextOrNullAsync(IBlobStore blobs, string digest, long size, CancellationToken cancel)
    {
        if (size > Limits.ArtifactPreviewBytes || await blobs.OpenOrNullAsync(digest, cancel) is not { } content)
        {
            return null;
        }

        await using (content)
        {
            using var reader = new StreamReader(content, Encoding.UTF8);
            return await reader.ReadToEndAsync(cancel);
        }
    }
}
