using Microsoft.EntityFrameworkCore;
using MlHub.Artifacts;
using MlHub.Compare;
using MlHub.Tracking;

namespace MlHub.Reproduce;

/// <summary>The packages that a run was made with, from the files beside the models that it logged.</summary>
internal static class RunEnvironments
{
    private static readonly Dictionary<string, string> None = [];

    /// <summary>The folder nearest to the top is the run's; where the run has none, that of the last model it logged in its experiment.</summary>
    public static async Task<(EnvironmentPlace? Place, Dictionary<string, string> Packages)> OfAsync(HubDb db, IBlobStore blobs, Run run, CancellationToken cancel)
    {
        var files = await Named(db.ArtifactFiles.Where(f => f.RunKey == run.Key)).ToListAsync(cancel);
        if (files.Count > 0)
        {
            return await ReadAsync(blobs, files, null, cancel);
        }

        var model = await db.LoggedModels.Where(m => m.SourceRunId == run.RunId && m.ExperimentId == run.ExperimentId && !m.IsDeleted)
            .OrderByDescending(m => m.Key).Select(m => new { m.Key, m.ModelId }).FirstOrDefaultAsync(cancel);
        return model is not null && await Named(db.LoggedModelFiles.Where(f => f.LoggedModelKey == model.Key)).ToListAsync(cancel) is { Count: > 0 } own
            ? await ReadAsync(blobs, own, model.ModelId, cancel)
            : (null, None);
    }

    private static IQueryable<T> Named<T>(IQueryable<T> files)
        where T : StoredFile =>
        files.AsNoTracking()
            .Where(f => PythonEnvironment.Files.Contains(f.Path) || f.Path.EndsWith("/" + PythonEnvironment.Requirements) || f.Path.EndsWith("/" + PythonEnvironment.Conda) || f.Path.EndsWith("/" + PythonEnvironment.Python))
            .OrderBy(f => f.Path.Length).ThenBy(f => f.Path).Take(60);

    private static async Task<(EnvironmentPlace?, Dictionary<string, string>)> ReadAsync<T>(IBlobStore blobs, List<T> files, string? model, CancellationToken cancel)
        where T : StoredFile
    {
        var folder = FolderOf(files.OrderBy(f => f.Path.Count(c => c == '/')).First().Path);
        Dictionary<string, string?> texts = [];
        foreach (var file in files.Where(f => FolderOf(f.Path) == folder))
        {
            texts[file.Path[(file.Path.LastIndexOf('/') + 1)..]] = await VersionContent.TextOrNullAsync(blobs, file.Digest, file.Size, cancel);
        }

        return (new(folder, [.. texts.Keys], model), PythonEnvironment.Read(texts.GetValueOrDefault));
    }

    private static string FolderOf(string path) => path.LastIndexOf('/') is >= 0 and var slash ? path[..slash] : "";
}
