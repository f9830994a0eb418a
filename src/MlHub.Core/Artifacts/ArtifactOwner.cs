using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.LoggedModels;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Artifacts;

/// <summary>
/// What artifacts belong to: a run, a logged model, or the caller's account where no id is named. The public id tells which, as only
/// those of models begin with <c>m-</c>.
/// </summary>
internal abstract class ArtifactOwner
{
    /// <summary>As refusals call it: <c>run 4f…</c>.</summary>
    public abstract string Named { get; }

    /// <summary>Null for an account.</summary>
    public abstract long? ExperimentId { get; }

    /// <summary>What the event log calls it.</summary>
    public abstract string Id { get; }

    /// <exception cref="HubException">NotFound where it is absent or unreadable, in the same words; Denied where the right is missing.</exception>
    public static async Task<ArtifactOwner> FindAsync(HubDb db, Caller caller, string? id, Permission needed, CancellationToken cancel) =>
        id is null ? caller.Limit is null ? new OfAccount(caller) : throw HubException.NotFound("No such artifact.")
        : LoggedModelRules.IsId(id)
        ? new OfLoggedModel(await db.LoggedModelAsync(caller, id, needed, cancel))
        : new OfRun(await db.RunAsync(caller, id, needed, cancel));

    public abstract IQueryable<StoredFile> Files(HubDb db);

    public abstract StoredFile NewFile(ArtifactPath path, StoredBlob blob, DateTimeOffset now);

    public abstract void RequireActive();

    /// <summary>The versions that were registered from its files.</summary>
    public abstract IQueryable<ModelVersion> Registered(HubDb db);

    /// <summary>Nobody else sees these, so nothing but the token's scope is asked.</summary>
    private sealed class OfAccount(Caller caller) : ArtifactOwner
    {
        public override string Named => "your own files";
        public override long? ExperimentId => null;
        public override string Id => caller.Name;

        public override IQueryable<StoredFile> Files(HubDb db) => db.AccountFiles.Where(f => f.UserId == caller.Id);

        public override StoredFile NewFile(ArtifactPath path, StoredBlob blob, DateTimeOffset now) =>
            new AccountFile { UserId = caller.Id, Path = path.Value, Digest = blob.Digest, Size = blob.Size, SavedAt = now };

        public override void RequireActive()
        {
        }

        public override IQueryable<ModelVersion> Registered(HubDb db) => db.ModelVersions.Where(v => false);
    }

    private sealed class OfRun(Run run) : ArtifactOwner
    {
        public override string Named => $"run {run.RunId}";
        public override long? ExperimentId => run.ExperimentId;
        public override string Id => run.RunId;

        public override IQueryable<StoredFile> Files(HubDb db) => db.ArtifactFiles.Where(f => f.RunKey == run.Key);

        public override StoredFile NewFile(ArtifactPath path, StoredBlob blob, DateTimeOffset now) =>
            new ArtifactFile { RunKey = run.Key, Path = path.Value, Digest = blob.Digest, Size = blob.Size, SavedAt = now };

        public override void RequireActive() => run.RequireActive();

        public override IQueryable<ModelVersion> Registered(HubDb db) => db.ModelVersions.Where(v => v.SourceRunKey == run.Key && v.LoggedModelKey == null);
    }

    private sealed class OfLoggedModel(LoggedModel model) : ArtifactOwner
    {
        public override string Named => $"logged model {model.ModelId}";
        public override long? ExperimentId => model.ExperimentId;
        public override string Id => model.ModelId;

        public override IQueryable<StoredFile> Files(HubDb db) => db.LoggedModelFiles.Where(f => f.LoggedModelKey == model.Key);

        public override StoredFile NewFile(ArtifactPath path, StoredBlob blob, DateTimeOffset now) =>
            new LoggedModelFile { LoggedModelKey = model.Key, Path = path.Value, Digest = blob.Digest, Size = blob.Size, SavedAt = now };

        /// <summary>A deleted one is not even found.</summary>
        public override void RequireActive()
        {
        }

        public override IQueryable<ModelVersion> Registered(HubDb db) => db.ModelVersions.Where(v => v.LoggedModelKey == model.Key);
    }
}
