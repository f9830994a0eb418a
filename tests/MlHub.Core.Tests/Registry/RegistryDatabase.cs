using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Registry;
using MlHub.Testing.Databases;
using MlHub.Tracking;

namespace MlHub.Core.Tests.Registry;

/// <summary>The registry's operations over a test's own database.</summary>
internal static class RegistryDatabase
{
    public static RegisteredModels Models(this TestDatabase database) => new(database.Hub, TimeProvider.System);

    public static ModelVersions Versions(this TestDatabase database) => new(database.Hub, TimeProvider.System);

    public static Aliases Aliases(this TestDatabase database) => new(database.Hub, TimeProvider.System);

    public static Task<VersionDetails> CreateVersionAsync(
        this TestDatabase database, string model, string source = "s3://bucket/model", Caller? caller = null, string? runId = null, params (string Key, string Value)[] tags) =>
        database.Versions().CreateAsync(
            caller ?? Caller.System, new(model, source, runId, null, null, null, [.. tags.Select(t => KeyValuePair.Create(t.Key, t.Value))]), CancellationToken.None);

    public static Task<ModelDetails> CreateModelAsync(this TestDatabase database, string name, Caller? caller = null, params (string Key, string Value)[] tags) =>
        database.Models().CreateAsync(caller ?? Caller.System, name, $"about {name}", [.. tags.Select(t => KeyValuePair.Create(t.Key, t.Value))], CancellationToken.None);

    /// <summary>Rows of files of a run; their bytes are in no store.</summary>
    public static Task GivenFilesAsync(this TestDatabase database, Run run, params string[] paths) =>
        database.Hub.WriteAsync(
            db =>
            {
                db.AddRange(paths.Select(p => new ArtifactFile
                {
                    RunKey = run.Key,
                    Path = p,
                    Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(p))),
                    Size = p.Length,
                    SavedAt = DateTimeOffset.UnixEpoch,
                }));
                return Task.CompletedTask;
            },
            CancellationToken.None);

    public static async Task<List<string>> FilesAsync(this TestDatabase database, VersionDetails version)
    {
        await using var db = database.Hub.Open();
        return await db.ModelVersionFiles.Where(f => f.VersionId == version.Version.Id).Select(f => f.Path).ToListAsync();
    }

    public static Task MoveAsync(this TestDatabase database, VersionKey key, Stage stage) =>
        database.Hub.WriteAsync(
            async db => (await db.VersionAsync(Caller.System, key, RegistryPermission.Manage, CancellationToken.None)).Version.MoveTo(stage, DateTimeOffset.UtcNow),
            CancellationToken.None);
}
