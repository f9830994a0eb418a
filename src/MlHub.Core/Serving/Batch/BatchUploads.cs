using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Registry;

namespace MlHub.Serving.Batch;

/// <summary>
/// Files that people bring from their computers for a job. They are kept among the files of whoever brings them, which nobody else sees, and go
/// when no job and no schedule needs them any more (<see cref="BatchUpkeep"/>).
/// </summary>
public sealed class BatchUploads
{
    private readonly HubDbFactory _hub;
    private readonly Artifacts.Artifacts _artifacts;
    private readonly ArtifactIntake _intake;
    private readonly BatchSettings _settings;

    internal BatchUploads(HubDbFactory hub, Artifacts.Artifacts artifacts, ArtifactIntake intake, BatchSettings settings) =>
        (_hub, _artifacts, _intake, _settings) = (hub, artifacts, intake, settings);

    /// <summary>Bytes of one file; 0 is no limit.</summary>
    public long Largest => _settings.UploadBytes;

    /// <exception cref="HubException">TooLarge.</exception>
    public void RequireSize(long bytes)
    {
        if (Largest > 0 && bytes > Largest)
        {
            throw new HubException(
                HubError.TooLarge,
                $"The file has {bytes} bytes, and this hub takes at most {Largest} here (MlHub:Batch:UploadBytes). Log it to a run instead, or give an address that the hub may read.");
        }
    }

    /// <summary>Stores a file to ask a model with.</summary>
    /// <param name="caller">Whose file it will be.</param>
    /// <param name="model">The model, which they must be able to ask.</param>
    /// <param name="name">What the file is called: no path.</param>
    /// <param name="content">Its bytes, read once and kept nowhere but in the store.</param>
    /// <param name="cancel">Ends it; nothing is stored then.</param>
    /// <returns>The path for <see cref="BatchSource.Path"/>.</returns>
    /// <exception cref="HubException">NotFound, Invalid for a name that is none or an unknown length, TooLarge, StorageFull or Unavailable.</exception>
    public async Task<string> SaveAsync(Caller caller, string model, string name, IncomingContent content, CancellationToken cancel)
    {
        await using (var db = _hub.Open())
        {
            await db.ModelAsync(caller, model, RegistryPermission.Read, cancel);
        }

        var path = PathOf(name);
        RequireSize(content.Length ?? throw HubException.Invalid("The length of the file must be announced (Content-Length)."));
        await _intake.SaveAsync(caller, _artifacts.OfCaller(), path, content, cancel);
        return path.Value;
    }

    private static ArtifactPath PathOf(string name)
    {
        var folder = $"{BatchSource.UploadsPrefix}{Guid.CreateVersion7():N}";
        try
        {
            // One segment more than the folder, whatever the name says.
            return ArtifactPath.ParseFile($"{folder}/{name}") is var path && path.Value == $"{folder}/{path.Name}" ? path : throw HubException.Invalid("Invalid path");
        }
        catch (HubException refusal) when (!refusal.IsAttempt)
        {
            throw HubException.Invalid("The file's name cannot be kept. Rename it, with none of / \\ : ; ? # in it.");
        }
    }
}
