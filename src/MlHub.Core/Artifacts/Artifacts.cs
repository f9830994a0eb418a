using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Tracking;

namespace MlHub.Artifacts;

/// <summary>An artifact opened for reading; whoever opens it disposes of the content.</summary>
public sealed record OpenedArtifact(ArtifactPath Path, Stream Content, string Digest, DateTimeOffset SavedAt);

/// <summary>
/// The files of runs and of logged models: listed, saved whole or not at all, read, deleted. The owner is named by its public
/// id, a run's or a logged model's.
/// </summary>
public sealed class Artifacts(HubDbFactory hub, CheckedBlobs blobs, ArtifactIntake intake, TimeProvider clock)
{
    /// <summary>The files of a run or logged model.</summary>
    /// <param name="ownerId">Any text: what is no id of either does not exist.</param>
    public IArtifactPlace Of(string ownerId) => new OwnedFiles(hub, blobs, clock, ownerId);

    /// <summary>The files of whoever calls, which nobody else sees.</summary>
    public IArtifactPlace OfCaller() => new OwnedFiles(hub, blobs, clock, null);

    /// <summary>One level of the tree, folders and files by name; empty for a file or where there is nothing.</summary>
    public Task<List<ArtifactEntry>> ListAsync(Caller caller, string ownerId, ArtifactPath folder, CancellationToken cancel) =>
        Of(ownerId).ListAsync(caller, folder, cancel);

    /// <summary>The files that tell the environment of the run's code, as clients log them beside models; some of them where there are many.</summary>
    public async Task<string[]> EnvironmentFilesAsync(Caller caller, string runId, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var run = await db.RunAsync(caller, runId, Permission.Read, cancel);
        return await db.ArtifactFiles.Where(f =>
                f.RunKey == run.Key
                && (f.Path.EndsWith(PythonEnvironment.Requirements) || f.Path.EndsWith(PythonEnvironment.Python) || f.Path.EndsWith(PythonEnvironment.Conda)))
            .OrderBy(f => f.Path).Take(9).Select(f => f.Path).ToArrayAsync(cancel);
    }

    /// <exception cref="HubException">NotFound where there is no such file.</exception>
    public Task<OpenedArtifact> OpenAsync(Caller caller, string ownerId, ArtifactPath path, CancellationToken cancel) => Of(ownerId).OpenAsync(caller, path, cancel);

    /// <summary>Stores the content, then the row that makes it visible: an interrupted upload leaves nothing to see.</summary>
    public Task SaveAsync(Caller caller, string ownerId, ArtifactPath path, IncomingContent content, CancellationToken cancel) =>
        intake.SaveAsync(caller, Of(ownerId), path, content, cancel);

    /// <summary>Takes a file, or all of a folder, away from its owner. Needs MANAGE: what is gone cannot be had back.</summary>
    public Task DeleteAsync(Caller caller, string ownerId, ArtifactPath path, CancellationToken cancel) => Of(ownerId).DeleteAsync(caller, path, cancel);
}
